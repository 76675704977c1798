/*
 * A key holds one string, so that many are read by one MGET:
 *   0   20 characters   revision in decimal with leading zeros; hyphens, which sort before digits, when set without one
 *   20  1 character     `+` before a value, `-` for a guarded removal, which has none
 *   21  value, to the end
 * Revisions are compared as text: numbers of Lua are doubles, which do not hold 64 bits.
 */
const revisionLength = 20
const headLength = revisionLength + 1
const present = '+'
const removed = '-'

/** @throws RangeError for a revision below 0, which would not sort. */
export const revisionText = (revision: bigint | undefined): string => {
  if (revision === undefined) return '-'.repeat(revisionLength)
  if (revision < 0n) throw new RangeError('revisions of the cache are not negative')
  return String(revision).padStart(revisionLength, '0')
}

export const encodeStored = (value: Uint8Array, revision?: bigint): Buffer =>
  Buffer.concat([Buffer.from(revisionText(revision) + present, 'latin1'), value])

/** What stands there instead of a removed value. */
export const removalOf = (revision: bigint): string => revisionText(revision) + removed

/** Undefined where there is none, or where it was removed. */
export const valueIn = (stored: Buffer | null): Uint8Array | undefined =>
  stored !== null && stored.toString('latin1', revisionLength, headLength) === present
    ? stored.subarray(headLength)
    : undefined

/** KEYS[1], ARGV: what is stored, milliseconds to live or 0. Answers 1 when it was set. */
export const setIfNewerScript = `
local stored = redis.call('GETRANGE', KEYS[1], 0, ${revisionLength - 1})
if stored >= string.sub(ARGV[1], 1, ${revisionLength}) then return 0 end
if ARGV[2] == '0' then redis.call('SET', KEYS[1], ARGV[1])
else redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return 1`

/**
 * KEYS[1], ARGV: the removal, milliseconds it is remembered. Answers 1 when the key is gone. Runs when memory is full, too:
 * what it leaves is smaller than what was there.
 */
export const deleteIfNotNewerScript = `#!lua flags=allow-oom
local stored = redis.call('GETRANGE', KEYS[1], 0, ${headLength - 1})
if string.sub(stored, 1, ${revisionLength}) > string.sub(ARGV[1], 1, ${revisionLength}) then
  return string.sub(stored, ${headLength}) == '${removed}' and 1 or 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`
