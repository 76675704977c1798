/** A stretch of tokens, half-open. */
export interface TokenWindow {
  readonly first: number
  readonly end: number
}

export interface WindowOptions {
  /** The most tokens of a window. */
  readonly room: number
  /** Tokens that it repeats from the one before; less than half of `room`. */
  readonly overlap: number
}

/**
 * Windows over all tokens. They begin and end at words where that costs no more than a quarter of a window; a word that is longer is cut.
 */
export function* tokenWindows(
  starts: Uint8Array,
  { room, overlap }: WindowOptions,
): Generator<TokenWindow> {
  const count = starts.length
  for (let first = 0; first < count;) {
    const end = first + room >= count ? count : wordBefore(starts, first + room, room >> 2)
    yield { first, end }
    if (end === count) return
    first = wordFrom(starts, end - overlap, end)
  }
}

/** The last word start at or before `at`, at most `most` tokens back; `at` itself where there is none. */
const wordBefore = (starts: Uint8Array, at: number, most: number): number => {
  for (let i = at; i > at - most; i--) if (starts[i] === 1) return i
  return at
}

/** The first word start from `from` up to `end`; `from` itself where there is none. */
const wordFrom = (starts: Uint8Array, from: number, end: number): number => {
  for (let i = from; i <= end; i++) if (starts[i] === 1) return i
  return from
}
