import type { Statistics } from 'hyparquet'
import type { LeafKind } from './leaf.ts'

/**
 * Smallest and largest value of a column chunk. NaN has no place in the order, so a column of only NaN has none. `ascii`:
 * every text is.
 */
export const statisticsOf = (
  kind: LeafKind,
  values: readonly unknown[],
  { nulls, ascii }: { readonly nulls: number; readonly ascii: boolean },
): Statistics => {
  const bounds =
    kind === 'text' ? textBounds(values as string[], ascii) : boundsOf(values as number[])
  const missing = { null_count: BigInt(nulls) }
  if (!bounds) return missing
  const [least, most] = bounds
  if (kind === 'long') {
    return { min_value: BigInt(least), max_value: BigInt(most), ...missing }
  }
  // Readers take the two zeros for different ones: https://github.com/apache/parquet-format, "Statistics"
  if (kind === 'real') {
    return { min_value: least === 0 ? -0 : least, max_value: most === 0 ? 0 : most, ...missing }
  }
  return { min_value: least, max_value: most, ...missing }
}

type Bounds<T> = readonly [least: T, most: T] | undefined

const boundsOf = (values: readonly number[]): Bounds<number> => {
  let least: number | undefined
  let most: number | undefined
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!
    if (Number.isNaN(value)) continue
    if (least === undefined || value < least) least = value
    if (most === undefined || value > most) most = value
  }
  return least === undefined ? undefined : [least, most!]
}

/** In the order of UTF-8 bytes: that of UTF-16 units differs above the surrogates. */
const textBounds = (values: readonly string[], ascii: boolean): Bounds<string> => {
  if (values.length === 0) return undefined
  const isLess = ascii ? isLessByUnits : isLessByBytes
  let least = values[0]!
  let most = least
  for (const value of values) {
    if (isLess(value, least)) least = value
    else if (isLess(most, value)) most = value
  }
  return [least, most]
}

const isLessByUnits = (a: string, b: string): boolean => a < b

const isLessByBytes = (a: string, b: string): boolean =>
  Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0
