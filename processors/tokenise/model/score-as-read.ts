const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/
/** Powers of ten up to here are exact. */
const MOST_EXACT = 22

/**
 * A score as the reference reads it: its reader of JSON takes all digits as one whole number and divides by a power of ten, so
 * that it may be off by one in the last place. Two divisions of a piece that weigh the same are told apart by no more.
 */
export function scoreAsRead(score: number): number {
  const [, sign, whole, fraction = '', exponent = '0'] = NUMBER.exec(String(score)) ?? []
  if (whole === undefined) return score
  const digits = Number(BigInt(whole + fraction))
  const power = Number(exponent) - fraction.length
  if (Math.abs(power) > MOST_EXACT) return score
  const value = power < 0 ? digits / 10 ** -power : digits * 10 ** power
  return sign === '-' ? -value : value
}
