import { FUNCTION_WORDS } from './function-words.ts'
import { noMatterEnd } from './no-matter-end.ts'
import type { SentenceBounds } from './split-sentences.ts'
import type { WordScanner } from './word-scanner.ts'

/** The words of a text that carry matter, numbered, by sentence. */
export interface SentenceMatter {
  /** Words of each sentence, all of them. */
  readonly lengths: readonly number[]
  /** Sentence `i` has the different words `words[begins[i]] .. words[begins[i + 1] - 1]`, in their order. */
  readonly begins: readonly number[]
  readonly words: readonly number[]
  /** By word, how many sentences have it. */
  readonly counts: readonly number[]
  readonly wordsRead: number
}

/** Reads each sentence: function words, placeholders of redaction and addresses of pages carry no matter. */
export function readMatter(
  text: string,
  bounds: SentenceBounds,
  scan: WordScanner,
): SentenceMatter {
  const numbers = new Map<number, number>()
  const counts: number[] = []
  /** By word, the sentence that had it last. */
  const last: number[] = []
  const lengths: number[] = []
  const words: number[] = []
  const begins = [0]
  let wordsRead = 0

  const add = (hash: number, sentence: number): void => {
    let word = numbers.get(hash)
    if (word === undefined) {
      word = numbers.size
      numbers.set(hash, word)
      counts.push(0)
      last.push(-1)
    }
    if (last[word] === sentence) return
    last[word] = sentence
    counts[word] = (counts[word] as number) + 1
    words.push(word)
  }

  for (let sentence = 0; sentence < bounds.length / 2; sentence++) {
    const { count, hashes, from, starts, ends, units } = scan(
      text,
      bounds[2 * sentence],
      bounds[2 * sentence + 1],
    )
    let hidden = 0
    for (let i = 0; i < count; i++) {
      const [hash, at] = [hashes[i] as number, from[i] as number]
      if (at >= hidden) hidden = noMatterEnd(text, at)
      if (at < hidden || FUNCTION_WORDS.has(hash)) continue
      const first = units[starts[i] as number] as number
      const isNumber = first >= 0x30 && first <= 0x39
      const isLetter = ends[i] === (starts[i] as number) + 1 && first < 0x2e80
      if (!isNumber && !isLetter) add(hash, sentence)
    }
    lengths.push(count)
    begins.push(words.length)
    wordsRead += count
  }
  return { lengths, begins, words, counts, wordsRead }
}
