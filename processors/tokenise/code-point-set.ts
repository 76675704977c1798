/** Membership of code points, one bit each. */
export interface CodePointSet {
  readonly has: (point: number) => boolean
  /** Members in rising order. */
  readonly members: () => Generator<number>
}

/** Reads the range notation of character-data.ts: `gap+length` in base 36, the length left out when it is 1. */
export function* codePointsOf(ranges: string): Generator<number> {
  let next = 0
  for (const range of ranges.split(' ')) {
    const [gap = '', length = '1'] = range.split('+')
    const start = next + Number.parseInt(gap, 36)
    next = start + Number.parseInt(length, 36)
    for (let point = start; point < next; point++) yield point
  }
}

export function codePointSet(ranges: string): CodePointSet {
  const bits = new Uint8Array(0x110000 / 8)
  for (const point of codePointsOf(ranges)) {
    bits[point >> 3] = bits[point >> 3]! | (1 << (point & 7))
  }
  return {
    has: (point) => (bits[point >> 3]! & (1 << (point & 7))) !== 0,
    members: () => codePointsOf(ranges),
  }
}
