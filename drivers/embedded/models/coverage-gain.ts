import { log2Between } from './log2-between.ts'
import type { SentenceMatter } from './sentence-matter.ts'

/** What a word is worth that one sentence has. */
const SAID_ONCE = 0.5
/** The share of a word's worth that is left once it has been said. */
const SAID_ALREADY = 0.3
/** What the first sentence gains by being the first, as a share; half of that after so many sentences. */
const [LEAD, LEAD_SENTENCES] = [0.5, 10] as const
/** A sentence that is so like a chosen one, by the cosine of their words, adds nothing: three fifths, squared. */
const [REPETITION_NINTHS, REPETITION_PARTS] = [9, 25] as const

/** What sentences add to those that were said. */
export interface CoverageGain {
  /** At most what it adds now; costs nothing. */
  readonly mostOf: (sentence: number) => number
  readonly gainOf: (sentence: number) => number
  readonly isRepeated: (sentence: number) => boolean
  readonly say: (sentence: number) => void
}

/**
 * A word is worth the logarithm of how many sentences have it and a half, and less each time it is said; a sentence the sum of its words, by the root of its
 * length, and more near the beginning. So gains only fall, and one that was counted before is a bound. No function is used whose last bits differ between machines.
 */
export function createCoverageGain({
  lengths,
  begins,
  words,
  counts,
}: SentenceMatter): CoverageGain {
  const worth = counts.map((count) => SAID_ONCE + log2Between(count))
  const gains = new Float64Array(lengths.length).fill(Infinity)
  const said: ReadonlySet<number>[] = []
  const wordsOf = (sentence: number): readonly number[] =>
    words.slice(begins[sentence], begins[sentence + 1])
  return {
    mostOf: (sentence) => gains[sentence] as number,
    gainOf: (sentence) => {
      let sum = 0
      for (let i = begins[sentence] as number; i < (begins[sentence + 1] as number); i++)
        sum += worth[words[i] as number] as number
      const lead = 1 + LEAD / (1 + sentence / LEAD_SENTENCES)
      return (gains[sentence] = (lead * sum) / Math.sqrt(Math.max(lengths[sentence] as number, 1)))
    },
    isRepeated: (sentence) => {
      const own = wordsOf(sentence)
      return said.some((other) => {
        const shared = own.filter((word) => other.has(word)).length
        return shared * shared * REPETITION_PARTS > REPETITION_NINTHS * own.length * other.size
      })
    },
    say: (sentence) => {
      const own = wordsOf(sentence)
      for (const word of own) worth[word] = (worth[word] as number) * SAID_ALREADY
      said.push(new Set(own))
    },
  }
}
