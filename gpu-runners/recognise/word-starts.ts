import type { Tokens } from '../../topology/model/document.ts'

/** What must be known of the tokeniser whose ids the model reads. */
export interface TextTokeniser {
  /** Special tokens that the model expects before and after a text. */
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly tokenise: (text: string) => Tokens
  /** True when a token with this id begins a word. */
  readonly startsWord: (id: number) => boolean
}

/** Letters, digits and accents of scripts that put spaces between words; in others every token is a word by itself. */
const INSIDE_WORD =
  /^(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{M}\p{N}]/u

/**
 * 1 for every token that begins a word: where the tokeniser says so, and behind and before everything that is no letter or digit, since
 * models of pieces leave punctuation with the word that it stands at.
 */
export const wordStarts = (
  text: string,
  { ids, offsets, wordStarts: marks }: Tokens,
  startsWord: (id: number) => boolean,
): Uint8Array => {
  const starts = new Uint8Array(ids.length)
  for (let i = 0; i < ids.length; i++) {
    const marked = marks ? marks[i] === 1 : startsWord(ids[i]!)
    const start = offsets[2 * i]!
    const apart = i === 0 || start > offsets[2 * i - 1]!
    starts[i] = marked || apart || !joined(text, start) ? 1 : 0
  }
  return starts
}

const joined = (text: string, at: number): boolean => {
  const before = (text.charCodeAt(at - 1) & 0xfc00) === 0xdc00 ? at - 2 : at - 1
  return isInside(text, before) && isInside(text, at)
}

const isInside = (text: string, at: number): boolean =>
  INSIDE_WORD.test(String.fromCodePoint(text.codePointAt(at) ?? 0))
