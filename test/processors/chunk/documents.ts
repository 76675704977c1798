import fc from 'fast-check'
import type { Span, SpanKind } from '../../../topology/model/document.ts'

export const spanOf = (kind: SpanKind, start: number, end: number, depth = 0): Span => ({
  kind,
  start,
  end,
  depth,
})

/** Texts made of words, marks, line breaks, other scripts and single words longer than a small chunk. */
export const texts: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('the', 'meeting', 'Unprecedentedly', 'is', 'x') },
      { weight: 4, arbitrary: fc.constantFrom(' ', ' ', '. ', ', ', '\n', '\n\n', '? "', '。') },
      {
        weight: 2,
        arbitrary: fc.constantFrom('漢字', 'カタカナ', '한국어', 'e\u0301', '😀', '\u200b'),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom('qzjxkv'.repeat(9), '한'.repeat(40), '[SEP]', '\ud83d'),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
    ),
    { maxLength: 160 },
  )
  .map((pieces) => pieces.flatMap((piece) => [piece, ' '.repeat(piece.length % 3)]).join(''))

const KINDS = ['body', 'quote', 'turn', 'page', 'heading', 'cue', 'attachment'] as const

/** A text with spans that lie one after the other. */
export const documents = fc
  .record({
    text: texts,
    cuts: fc.array(fc.tuple(fc.nat(400), fc.constantFrom(...KINDS)), { maxLength: 8 }),
  })
  .map(({ text, cuts }) => {
    const places = cuts.map(([at]) => Math.min(at, text.length)).toSorted((a, b) => a - b)
    const spans = places
      .slice(1)
      .map((end, i) => spanOf(cuts[i]![1], places[i]!, end))
      .filter((span) => span.end > span.start)
    return { text, spans }
  })
