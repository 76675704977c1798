import { FUNCTION_WORDS } from '../../drivers/embedded/models/function-words.ts'
import { createWordScanner } from '../../drivers/embedded/models/word-scanner.ts'
import { wordsOf } from './rouge.ts'

/** Shorter sentences are answers and fillers, longer ones are not sentences. */
const [LEAST_WORDS, MOST_WORDS] = [6, 60] as const
/** What a word is worth once it has been said. */
const SAID_ALREADY = 0.3

interface Sentence {
  readonly text: string
  readonly at: number
  readonly length: number
  /** Hashes of its different words that carry matter. */
  readonly words: readonly number[]
}

const scan = createWordScanner()

const matterIn = (text: string): readonly number[] => {
  const { count, hashes } = scan(text)
  return [...new Set(hashes.slice(0, count))].filter((hash) => !FUNCTION_WORDS.has(hash))
}

/**
 * A candidate for the default, not in the product: one sentence after the other that adds most of the words that many sentences have (the sum of
 * log(1 + sentences) over its words, by the root of its length), until `most` words are used. It reads the whole text.
 */
export const summariseByCoverage = (sentences: readonly string[], most: number): string => {
  const all = sentences.map((text, at): Sentence => {
    return { text, at, length: wordsOf(text).length, words: matterIn(text) }
  })
  const worth = new Map<number, number>()
  for (const { words } of all) for (const word of words) worth.set(word, (worth.get(word) ?? 0) + 1)
  for (const [word, count] of worth) worth.set(word, Math.log(1 + count))
  const gain = ({ words, length }: Sentence): number =>
    words.reduce((sum, word) => sum + (worth.get(word) ?? 0), 0) / Math.sqrt(length)

  const left = new Set(all.filter(({ length }) => length >= LEAST_WORDS && length <= MOST_WORDS))
  const chosen: Sentence[] = []
  for (let room = most; ;) {
    const fitting = [...left].filter(({ length }) => length <= room)
    const [first] = fitting
    if (!first) break
    const best = fitting.reduce((a, b) => (gain(b) > gain(a) ? b : a), first)
    left.delete(best)
    chosen.push(best)
    room -= best.length
    for (const word of best.words) worth.set(word, (worth.get(word) ?? 0) * SAID_ALREADY)
  }
  return chosen
    .toSorted((a, b) => a.at - b.at)
    .map(({ text }) => text)
    .join(' ')
}
