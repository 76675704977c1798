import type { TokenBuffer } from './token-buffer.ts'

/**
 * Remembers the tokens of raw words, keyed by their UTF-16 units in place, so that a hit costs no string. A word may
 * sit in one of a few slots next to its hash; when all are taken the first is overwritten, so hostile input can make
 * the cache useless but not slow. When the records are full the cache starts afresh.
 *
 * What is known of a word lies in one record, and records in the order in which words were first met: the processor waits for one or two
 * lines of memory for a word, and those of frequent words stay near.
 */
export interface WordCache {
  /** Appends the tokens of `text[start, end)` and says true, or says false when they are not known. */
  readonly recall: (
    text: string,
    start: number,
    end: number,
    hash: number,
    into: TokenBuffer,
  ) => boolean
  /** Remembers the tokens from index `first` to the end of `from` as those of `text[start, end)`. */
  readonly remember: (
    text: string,
    start: number,
    end: number,
    hash: number,
    from: TokenBuffer,
    first: number,
  ) => void
}

/** Longest raw word remembered, in UTF-16 units. Also what lets two offsets share one number. */
const LONGEST = 64
const WAYS = 4
const SLOTS = 1 << 17
/** Where a record begins takes so many bits of a slot; the others are those of the hash. */
const PLACE_BITS = 21
const RECORDS = 1 << PLACE_BITS

/**
 * A slot is the beginning of a record with the upper bits of the hash above it, 0 when empty. A record is `length | count of tokens << 8`, the
 * units of the word, two to a number, and two numbers for each token.
 */
interface Memory {
  readonly slots: Int32Array
  readonly records: Int32Array
  used: number
}

export function createWordCache(): WordCache {
  const memory: Memory = {
    slots: new Int32Array(SLOTS),
    records: new Int32Array(RECORDS),
    used: 1,
  }
  return {
    recall: (text, start, end, hash, into) => {
      const length = end - start
      if (length > LONGEST) return false
      const record = find(memory, text, start, length, hash)
      if (record === 0) return false
      replay(memory.records, record, start, into)
      return true
    },
    remember: (text, start, end, hash, from, first) => {
      const length = end - start
      const count = from.count - first
      if (length > LONGEST || length === 0 || count > 255) return
      if (memory.used + 1 + unitNumbers(length) + 2 * count > RECORDS) clear(memory)
      store(memory, text, start, length, hash, from, first)
    },
  }
}

function clear(memory: Memory): void {
  memory.slots.fill(0)
  memory.used = 1
}

/** Numbers that hold so many units. */
function unitNumbers(length: number): number {
  return (length + 1) >> 1
}

/** The record of a word, or 0. */
function find(memory: Memory, text: string, start: number, length: number, hash: number): number {
  const { slots, records } = memory
  const home = homeOf(hash)
  for (let at = home; at < home + WAYS; at++) {
    const slot = slots[at]!
    if (slot === 0 || (slot ^ hash) >>> PLACE_BITS !== 0) continue
    const record = slot & (RECORDS - 1)
    if (isOf(records, record, text, start, length)) return record
  }
  return 0
}

/** Where the slots of a hash begin: groups of {@link WAYS}, so that none runs over the end. */
function homeOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (SLOTS - WAYS)
}

function isOf(
  records: Int32Array,
  record: number,
  text: string,
  start: number,
  length: number,
): boolean {
  if ((records[record]! & 0xff) !== length) return false
  let at = record + 1
  const even = start + (length & ~1)
  for (let i = start; i < even; i += 2) {
    if (records[at++] !== (text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16))) return false
  }
  return (length & 1) === 0 || records[at] === text.charCodeAt(even)
}

function replay(records: Int32Array, record: number, start: number, into: TokenBuffer): void {
  const header = records[record]!
  into.pushPacked(records, record + 1 + unitNumbers(header & 0xff), header >> 8, start)
}

function store(
  memory: Memory,
  text: string,
  start: number,
  length: number,
  hash: number,
  from: TokenBuffer,
  first: number,
): void {
  const { slots, records } = memory
  slots[slotToFill(memory, hash)] = memory.used | (hash & -RECORDS)
  records[memory.used++] = length | ((from.count - first) << 8)
  for (let i = start; i < start + length; i += 2) {
    const second = i + 1 < start + length ? text.charCodeAt(i + 1) : 0
    records[memory.used++] = text.charCodeAt(i) | (second << 16)
  }
  for (let i = first; i < from.count; i++) {
    from.pack(i, start, records, memory.used)
    memory.used += 2
  }
}

function slotToFill({ slots }: Memory, hash: number): number {
  const home = homeOf(hash)
  for (let at = home; at < home + WAYS; at++) if (slots[at] === 0) return at
  return home
}
