/** Where a text may be cut: before white space, and before an ideograph or a kana, which is a word by itself. */
const CUTS = /\s+|$|(?<=\S)(?=[\u2e80-\u9fff\uf900-\ufaff])/g

/**
 * How many UTF-16 units from the start of `text` are worth at most `maxTokens`, cut between words where there is such a place, otherwise between
 * characters; 0 when not even the first character fits.
 */
export function cutToBudget(
  text: string,
  maxTokens: number,
  countTokens: (text: string) => number,
): number {
  const fits = (length: number): boolean => countTokens(text.slice(0, length)) <= maxTokens
  const cuts = Array.from(text.matchAll(CUTS), (cut) => cut.index)
  const betweenWords = cuts[howManyHold(cuts.length, (i) => fits(cuts[i] as number)) - 1] ?? 0
  if (betweenWords > 0) return betweenWords
  const units = howManyHold(text.length, (i) => fits(i + 1))
  return isInsidePair(text, units) ? units - 1 : units
}

/** How many of the first numbers below `size` hold, where those that do stand before all that do not. */
function howManyHold(size: number, holds: (i: number) => boolean): number {
  let low = 0
  let high = size
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) low = middle + 1
    else high = middle
  }
  return low
}

function isInsidePair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1) & 0xfc00
  return before === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00
}
