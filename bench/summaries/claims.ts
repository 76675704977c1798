import { wordsOf } from './rouge.ts'

/** Something that a summary says, and all that it rests on: the text of what it cites. */
export interface Claim {
  readonly text: string
  readonly evidence: string
}

/** Shorter words are in any text. */
const LEAST_LETTERS = 4
/** `decide` and `decided` are one word. */
const STEM_LETTERS = 5
/** Of its words, so many have to be in the evidence. */
const LEAST_SHARE = 0.75

const stemsOf = (text: string): readonly string[] =>
  wordsOf(text)
    .filter(({ length }) => length >= LEAST_LETTERS)
    .map((word) => word.slice(0, STEM_LETTERS))

/**
 * How many claims have three quarters of their words in what they cite. A claim that is not so is worded anew, or invented; one that is may
 * still say the opposite: it is a bound that needs no model. Claims of short words alone are not counted.
 */
export const supportedClaims = (
  claims: readonly Claim[],
): { readonly supported: number; readonly all: number } => {
  let [supported, all] = [0, 0]
  for (const { text, evidence } of claims) {
    const stems = stemsOf(text)
    if (stems.length === 0) continue
    const there = new Set(stemsOf(evidence))
    all++
    if (stems.filter((stem) => there.has(stem)).length >= LEAST_SHARE * stems.length) supported++
  }
  return { supported, all }
}
