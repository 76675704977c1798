/** Offsets that are done, asked of in growing order. */
export interface DoneOffsets {
  readonly has: (offset: number) => boolean
  /** The first that is not done, from `offset` on, or `end`. */
  readonly after: (offset: number, end: number) => number
}

/** `offsets` must grow. */
export const doneOffsets = (offsets: readonly number[]): DoneOffsets => {
  let head = 0
  const has = (offset: number): boolean => {
    while (head < offsets.length && offsets[head]! < offset) head++
    return offsets[head] === offset
  }
  return {
    has,
    after: (offset, end) => {
      let next = offset
      while (next < end && has(next)) next++
      return next
    },
  }
}
