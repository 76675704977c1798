import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type Keys, type Policy, type PolicyIssue, policyIssueText, readPolicy } from './policy.ts'

/** The policies that come with the package. */
export const BUILT_IN_POLICIES = ['default', 'everything'] as const

/** Compiled files lie in dist/, beside the sources. */
const builtIn = (name: string) =>
  new URL(
    `${import.meta.url.endsWith('.ts') ? '../..' : '../../..'}/config/policies/${name}.json`,
    import.meta.url,
  )

/** Where a policy lies: that of a built-in one, or the path itself. */
export const policyLocation = (nameOrPath: string): string | URL =>
  (BUILT_IN_POLICIES as readonly string[]).includes(nameOrPath) ? builtIn(nameOrPath) : nameOrPath

/** Thrown at start-up when a policy cannot be read or must not be used. Carries every fault, never a key. */
export class PolicyError extends Error {
  readonly code: 'policy-unreadable' | 'policy-invalid'
  readonly issues: readonly PolicyIssue[]

  constructor(code: PolicyError['code'], issues: readonly PolicyIssue[]) {
    super(`${code}: ${issues.map(policyIssueText).join('; ')}`)
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
  try {
    return parse(readFileSync(policyLocation(nameOrPath), 'utf8'))
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'not YAML'
    throw new PolicyError('policy-unreadable', [{ at: [], message: `${nameOrPath}: ${reason}` }])
  }
}
