import type { Tokens } from '../../topology/model/document.ts'
import { isSpace } from './is-space.ts'
import { AT_BLANK_LINE, AT_LINE, AT_SENTENCE, AT_WORD, INSIDE_WORD } from './structure.ts'
import type { Structure } from './structure.ts'

/** Rank of a cut before token `index`: see structure.ts. */
export type CutRank = (index: number) => number

/** `startsWord` tells from its id whether a token begins a word; marks that come with the tokens tell better. */
export function rankCuts(
  text: string,
  tokens: Tokens,
  structure: Structure,
  startsWord: (id: number) => boolean,
): CutRank {
  const { ids, offsets, wordStarts } = tokens
  return (index) => {
    let before = offsets[2 * index - 1]!
    let after = offsets[2 * index]!
    // Tokens of one character share its place: between them is no place to cut.
    const atWord = wordStarts === undefined ? startsWord(ids[index]!) : wordStarts[index] === 1
    if (after < before || !atWord) return INSIDE_WORD
    if (wordStarts !== undefined) {
      // White space belongs to tokens there: the gap is all of it on both sides of the cut.
      while (before > 0 && isSpace(text.charCodeAt(before - 1))) before--
      while (after < text.length && isSpace(text.charCodeAt(after))) after++
    }
    const border = structure.rankWithin(before, after)
    return border > AT_BLANK_LINE ? border : Math.max(border, rankOfGap(text, before, after))
  }
}

function rankOfGap(text: string, before: number, after: number): number {
  const breaks = lineBreaks(text, before, after)
  if (breaks > 1) return AT_BLANK_LINE
  if (breaks === 1) return AT_LINE
  return endsSentence(text, before, after) ? AT_SENTENCE : AT_WORD
}

const LINE_FEED = 0x0a
const LINE_SEPARATOR = 0x2028
const PARAGRAPH_SEPARATOR = 0x2029

/** Stops counting at two. */
function lineBreaks(text: string, from: number, to: number): number {
  let count = 0
  for (let i = from; i < to && count < 2; i++) {
    const unit = text.charCodeAt(i)
    if (unit === LINE_FEED || unit === LINE_SEPARATOR) count++
    else if (unit === PARAGRAPH_SEPARATOR) count = 2
  }
  return count
}

const SPACED_END = 1
const UNSPACED_END = 2
const CLOSER = 3

/** What a UTF-16 unit means at the end of a sentence; 0 is nothing. */
const MEANING = new Uint8Array(0x10000)
/** Over only when white space follows. */
for (const mark of '.!?…؟।॥։') MEANING[mark.charCodeAt(0)] = SPACED_END
/** Of scripts that write no space after a sentence. */
for (const mark of '。！？｡．') MEANING[mark.charCodeAt(0)] = UNSPACED_END
for (const mark of `"')]}»”’」』）】`) MEANING[mark.charCodeAt(0)] = CLOSER
/** A sentence may end in a few closing marks: `(Really?")`. */
const MOST_CLOSERS = 3

function endsSentence(text: string, before: number, after: number): boolean {
  let at = before - 1
  let meaning = MEANING[text.charCodeAt(at)]!
  for (let n = 0; n < MOST_CLOSERS && at > 0 && meaning === CLOSER; n++) {
    meaning = MEANING[text.charCodeAt(--at)]!
  }
  // 「……。」 closes after the mark, and the closer itself must not be cut off from it.
  if (meaning === UNSPACED_END) return MEANING[text.charCodeAt(after)] !== CLOSER
  return meaning === SPACED_END && before < after && isSpace(text.charCodeAt(before))
}
