/**
 * Lengths of an optimal prefix code of at most `most` bits for symbols with these counts, 0 where a symbol does not occur:
 * the package-merge algorithm of Larmore and Hirschberg. At least two symbols must occur.
 */
export const huffmanLengths = (counts: Uint32Array, most: number): Uint8Array => {
  const coins = [...counts.keys()]
    .filter((symbol) => counts[symbol]! > 0)
    .map((symbol): Package => ({ weight: counts[symbol]!, symbols: [symbol] }))
    .sort(byWeight)
  let packages: readonly Package[] = []
  for (let level = 0; level < most; level++) {
    packages = inPairs([...coins, ...packages].sort(byWeight))
  }
  const lengths = new Uint8Array(counts.length)
  for (const { symbols } of packages.slice(0, coins.length - 1)) {
    for (const symbol of symbols) lengths[symbol]!++
  }
  return lengths
}

interface Package {
  readonly weight: number
  readonly symbols: readonly number[]
}

const byWeight = (a: Package, b: Package): number => a.weight - b.weight

const inPairs = (sorted: readonly Package[]): readonly Package[] => {
  const pairs: Package[] = []
  for (let at = 0; at + 1 < sorted.length; at += 2) {
    const [a, b] = [sorted[at]!, sorted[at + 1]!]
    pairs.push({ weight: a.weight + b.weight, symbols: [...a.symbols, ...b.symbols] })
  }
  return pairs
}
