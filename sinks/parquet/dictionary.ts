/** The distinct values of a column and which of them each value is. */
export interface Dictionary {
  readonly distinct: readonly string[]
  readonly indexes: Uint32Array
}

/** After so many values a column that hardly repeats is told from one that does. */
const sample = 256

/** Undefined where values repeat less than twice on average: given up early where the first ones do not. */
export const dictionaryOf = (values: readonly string[]): Dictionary | undefined => {
  const { length } = values
  if (length < 2) return undefined
  const known = new Map<string, number>()
  const distinct: string[] = []
  const indexes = new Uint32Array(length)
  let last: string | undefined
  let index = 0
  for (let at = 0; at < length; at++) {
    const value = values[at]!
    if (value !== last) {
      const found = known.get(value)
      index = found ?? distinct.length
      if (found === undefined) {
        known.set(value, index)
        distinct.push(value)
        if (tooMany(distinct.length, at + 1, length)) return undefined
      }
      last = value
    }
    indexes[at] = index
  }
  return { distinct, indexes }
}

const tooMany = (distinct: number, seen: number, all: number): boolean =>
  2 * distinct > all || (seen >= sample && distinct > 0.9 * seen)
