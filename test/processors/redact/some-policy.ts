import { type Keys, type Policy, readPolicy } from '../../../processors/redact/policy.ts'

/** A key for tests: bytes 0 to 31. */
export const TEST_KEYS: Keys = new Map([['k1', Uint8Array.from({ length: 32 }, (_, at) => at)]])

/** A policy with defaults for all that is not given. */
export const somePolicy = (given: Readonly<Record<string, unknown>> = {}): Policy => {
  const reading = readPolicy({ version: 1, name: 'test', ...given }, TEST_KEYS)
  if (!reading.ok) throw new Error(`the test policy is wrong: ${JSON.stringify(reading.issues)}`)
  return reading.policy
}
