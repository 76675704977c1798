import type { TokenBuffer } from './token-buffer.ts'

/**
 * Remembers the tokens of raw words, keyed by their UTF-16 units in place, so that a hit costs no string. A word may
 * sit in one of a few slots next to its hash; when all are taken the first is overwritten, so hostile input can make
 * the cache useless but not slow. When an arena is full the cache starts afresh.
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
const MARKED = 0x8000
const SLOTS = 1 << 17
const UNIT_ARENA = 1 << 20
const TOKEN_ARENA = 1 << 19

interface Arenas {
  readonly hashes: Int32Array
  /** Length of the word in units; 0 is an empty slot. */
  readonly lengths: Uint8Array
  readonly counts: Uint8Array
  readonly unitsAt: Int32Array
  readonly tokensAt: Int32Array
  readonly units: Uint16Array
  readonly ids: Int32Array
  /** `from << 8 | to`, relative to the word; the highest bit marks a token that begins a word. */
  readonly places: Uint16Array
  usedUnits: number
  usedTokens: number
}

export function createWordCache(): WordCache {
  const arenas = emptyArenas()
  return {
    recall: (text, start, end, hash, into) => {
      const length = end - start
      if (length > LONGEST) return false
      const slot = find(arenas, text, start, length, hash)
      if (slot < 0) return false
      replay(arenas, slot, start, into)
      return true
    },
    remember: (text, start, end, hash, from, first) => {
      const length = end - start
      const count = from.count - first
      if (length > LONGEST || length === 0 || count > 255) return
      if (arenas.usedUnits + length > UNIT_ARENA || arenas.usedTokens + count > TOKEN_ARENA) {
        clear(arenas)
      }
      store(arenas, text, start, length, hash, from, first)
    },
  }
}

function emptyArenas(): Arenas {
  return {
    hashes: new Int32Array(SLOTS),
    lengths: new Uint8Array(SLOTS),
    counts: new Uint8Array(SLOTS),
    unitsAt: new Int32Array(SLOTS),
    tokensAt: new Int32Array(SLOTS),
    units: new Uint16Array(UNIT_ARENA),
    ids: new Int32Array(TOKEN_ARENA),
    places: new Uint16Array(TOKEN_ARENA),
    usedUnits: 0,
    usedTokens: 0,
  }
}

function clear(arenas: Arenas): void {
  arenas.lengths.fill(0)
  arenas.usedUnits = 0
  arenas.usedTokens = 0
}

function find(arenas: Arenas, text: string, start: number, length: number, hash: number): number {
  const home = homeOf(hash)
  for (let slot = home; slot < home + WAYS; slot++) {
    if (arenas.hashes[slot] === hash && arenas.lengths[slot] === length) {
      if (sameUnits(arenas, slot, text, start, length)) return slot
    }
  }
  return -1
}

/** A multiple of {@link WAYS}, so that a group never runs over the end. */
function homeOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (SLOTS - WAYS)
}

function sameUnits(
  arenas: Arenas,
  slot: number,
  text: string,
  start: number,
  length: number,
): boolean {
  const at = arenas.unitsAt[slot]!
  for (let i = 0; i < length; i++) {
    if (arenas.units[at + i] !== text.charCodeAt(start + i)) return false
  }
  return true
}

function replay(arenas: Arenas, slot: number, start: number, into: TokenBuffer): void {
  const at = arenas.tokensAt[slot]!
  const end = at + arenas.counts[slot]!
  for (let i = at; i < end; i++) {
    const place = arenas.places[i]!
    if (place >= MARKED) into.mark(into.count)
    into.push(arenas.ids[i]!, start + ((place >> 8) & 0x7f), start + (place & 0xff))
  }
}

function store(
  arenas: Arenas,
  text: string,
  start: number,
  length: number,
  hash: number,
  from: TokenBuffer,
  first: number,
): void {
  const slot = slotToFill(arenas, hash)
  arenas.hashes[slot] = hash
  arenas.lengths[slot] = length
  arenas.counts[slot] = from.count - first
  arenas.unitsAt[slot] = arenas.usedUnits
  arenas.tokensAt[slot] = arenas.usedTokens
  for (let i = 0; i < length; i++) {
    arenas.units[arenas.usedUnits++] = text.charCodeAt(start + i)
  }
  for (let i = first; i < from.count; i++) {
    arenas.ids[arenas.usedTokens] = from.ids[i]!
    const place = ((from.offsets[2 * i]! - start) << 8) | (from.offsets[2 * i + 1]! - start)
    arenas.places[arenas.usedTokens++] = from.isMarked(i) ? place | MARKED : place
  }
}

function slotToFill(arenas: Arenas, hash: number): number {
  const home = homeOf(hash)
  for (let slot = home; slot < home + WAYS; slot++) if (arenas.lengths[slot] === 0) return slot
  return home
}
