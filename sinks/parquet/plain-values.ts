import type { LeafKind } from './leaf.ts'
import type { PageBuffer } from './page-buffer.ts'

/** Bytes of a value, roughly; of texts by their place. */
export const plainSize = (
  kind: LeafKind,
  values: readonly unknown[],
): number | ((value: number) => number) => {
  if (kind === 'text') return (value) => 4 + (values[value] as string).length
  return kind === 'long' ? 8 : 4
}

/** Appends values in Parquet's PLAIN encoding. Throws RangeError where one does not fit its type. */
export const appendPlain = (
  to: PageBuffer,
  kind: LeafKind,
  values: readonly unknown[],
  from: number,
  until: number,
): void => {
  switch (kind) {
    case 'text':
      return appendTexts(to, values as string[], from, until)
    case 'int':
      return appendInts(to, values as number[], from, until)
    case 'long':
      return appendLongs(to, values as (number | bigint)[], from, until)
    case 'real':
      return appendReals(to, values as number[], from, until)
    case 'flag':
      return appendFlags(to, values as boolean[], from, until)
  }
}

const appendTexts = (to: PageBuffer, values: string[], from: number, until: number): void => {
  for (let at = from; at < until; at++) to.text(values[at]!)
}

const appendInts = (to: PageBuffer, values: number[], from: number, until: number): void => {
  for (let at = from; at < until; at++) {
    const value = values[at]!
    if ((value | 0) !== value) throw new RangeError(`no 32-bit integer: ${value}`)
    to.int(value)
  }
}

const most = 2n ** 63n - 1n
const least = -(2n ** 63n)

const appendLongs = (
  to: PageBuffer,
  values: (number | bigint)[],
  from: number,
  until: number,
): void => {
  for (let at = from; at < until; at++) {
    const value = values[at]!
    const fits =
      typeof value === 'bigint' ? value >= least && value <= most : Number.isSafeInteger(value)
    if (!fits) throw new RangeError(`no 64-bit integer: ${value}`)
    to.long(value)
  }
}

const appendReals = (to: PageBuffer, values: number[], from: number, until: number): void => {
  for (let at = from; at < until; at++) to.float(values[at]!)
}

/** One bit each, the first in the lowest. */
const appendFlags = (to: PageBuffer, values: boolean[], from: number, until: number): void => {
  let byte = 0
  for (let at = from; at < until; at++) {
    const bit = (at - from) % 8
    if (values[at]!) byte |= 1 << bit
    if (bit === 7 || at === until - 1) {
      to.byte(byte)
      byte = 0
    }
  }
}
