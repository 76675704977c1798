import type { PageBuffer } from './page-buffer.ts'

/**
 * Appends levels or dictionary indexes in Parquet's hybrid of runs and bit-packed groups of eight:
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export const appendHybrid = (
  to: PageBuffer,
  values: Uint8Array | Uint32Array,
  from: number,
  until: number,
  bits: number,
): void => {
  let at = from
  while (at < until) {
    const run = runFrom(values, at, until)
    if (run >= 8 || at + run === until) {
      to.varInt(run << 1)
      for (let shift = 0; shift < bits; shift += 8) to.byte((values[at]! >>> shift) & 0xff)
      at += run
    } else {
      const end = literalEnd(values, at, until)
      appendPacked(to, values, at, end, bits)
      at = end
    }
  }
}

/** How many values from a place on are equal. */
const runFrom = (values: Uint8Array | Uint32Array, at: number, until: number): number => {
  const value = values[at]
  let end = at + 1
  while (end < until && values[end] === value) end++
  return end - at
}

/** Groups of eight until one would begin a run. */
const literalEnd = (values: Uint8Array | Uint32Array, at: number, until: number): number => {
  let end = at + 8
  while (end < until && !isRunOfEight(values, end, until)) end += 8
  return Math.min(end, until)
}

const isRunOfEight = (values: Uint8Array | Uint32Array, at: number, until: number): boolean => {
  if (at + 8 > until) return false
  const value = values[at]
  for (let next = at + 1; next < at + 8; next++) if (values[next] !== value) return false
  return true
}

/** Lowest bit first; the last group is filled up with zeros. At most 24 bits. */
const appendPacked = (
  to: PageBuffer,
  values: Uint8Array | Uint32Array,
  from: number,
  until: number,
  bits: number,
): void => {
  const groups = Math.ceil((until - from) / 8)
  to.varInt((groups << 1) | 1)
  let held = 0
  let count = 0
  for (let at = from; at < from + groups * 8; at++) {
    held |= (at < until ? values[at]! : 0) << count
    count += bits
    while (count >= 8) {
      to.byte(held & 0xff)
      held >>>= 8
      count -= 8
    }
  }
}
