import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type Keys, type Policy, type PolicyIssue, readPolicy } from './policy.ts'

/** The policies that come with the package. */
export const BUILT_IN_POLICIES = ['default', 'everything'] as const

/** Compiled files lie in dist/, beside the sources. */
const builtIn = (name: string) => new URL(`../../../config/policies/${name}.json`, import.meta.url)

/** Thrown at start-up when a policy cannot be read or must not be used. Carries every fault, never a key. */
export class PolicyError extends Error {
  readonly code: 'policy-unreadable' | 'policy-invalid'
  readonly issues: readonly PolicyIssue[]

  constructor(code: PolicyError['code'], issues: readonly PolicyIssue[]) {
    super(`${code}: ${issues.map(({ path, message }) => `${path}: ${message}`).join('; ')}`)
    this.name = 'PolicyError'
    this.code = code
    this.issues = issues
  }
}

/** Checks a policy, and throws what {@link readPolicy} reports. */
export const requirePolicy = (value: unknown, keys: Keys): Policy => {
  const reading = readPolicy(value, keys)
  if (reading.ok) return reading.policy
  throw new PolicyError('policy-invalid', reading.issues)
}

/**
 * Reads a policy file: the name of a built-in one, or the path of a JSON or YAML file. For start-up of a process or a
 * thread, not for the run of a stage.
 *
 * @throws {PolicyError}
 */
export const loadPolicyFile = (nameOrPath: string): unknown => {
  const known = (BUILT_IN_POLICIES as readonly string[]).includes(nameOrPath)
  try {
    return parse(readFileSync(known ? builtIn(nameOrPath) : nameOrPath, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'not YAML'
    throw new PolicyError('policy-unreadable', [{ path: nameOrPath, message: reason }])
  }
}
