/**
 * Lengths of an optimal prefix code of at most `most` bits for symbols with these counts, 0 where a symbol does not occur:
 * the package-merge algorithm of Larmore and Hirschberg. At least two symbols must occur.
 */
export const huffmanLengths = (counts: Uint32Array, most: number): Uint8Array => {
  const coins: Package[] = []
  for (let symbol = 0; symbol < counts.length; symbol++) {
    if (counts[symbol]! > 0) coins.push({ weight: counts[symbol]!, content: symbol })
  }
  coins.sort(byWeight)
  let packages: readonly Package[] = []
  for (let level = 0; level < most; level++) packages = inPairs(merge(coins, packages))
  const lengths = new Uint8Array(counts.length)
  for (const each of packages.slice(0, coins.length - 1)) countSymbols(each, lengths)
  return lengths
}

/** A symbol, or two packages that are taken together. */
interface Package {
  readonly weight: number
  readonly content: number | readonly [Package, Package]
}

const byWeight = (a: Package, b: Package): number => a.weight - b.weight

const merge = (coins: readonly Package[], packages: readonly Package[]): readonly Package[] =>
  [...coins, ...packages].sort(byWeight)

const inPairs = (sorted: readonly Package[]): readonly Package[] => {
  const pairs: Package[] = []
  for (let at = 0; at + 1 < sorted.length; at += 2) {
    const [a, b] = [sorted[at]!, sorted[at + 1]!]
    pairs.push({ weight: a.weight + b.weight, content: [a, b] })
  }
  return pairs
}

/** A symbol is as long as often it was taken. */
const countSymbols = ({ content }: Package, lengths: Uint8Array): void => {
  if (typeof content === 'number') lengths[content]!++
  else for (const each of content) countSymbols(each, lengths)
}
