/**
 * The logarithm to base 2 of a whole number from 1 to 2³⁰, exact for powers of two and straight lines between: its bits are the same on every machine and in
 * every language, those of `Math.log2` are not.
 */
export function log2Between(n: number): number {
  const exponent = 31 - Math.clz32(n)
  const power = 2 ** exponent
  return exponent + (n - power) / power
}
