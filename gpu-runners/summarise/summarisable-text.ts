import type { PreparedText, SpanKindName } from '../../schemas/generated/types.ts'

/** What a document repeats or adds by habit, rather than says. */
const LEFT_OUT: ReadonlySet<SpanKindName> = new Set(['HEADER', 'QUOTE', 'SIGNATURE', 'DISCLAIMER'])

/** A stretch of a text, in UTF-16 units. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

type SpannedText = Pick<PreparedText, 'text' | 'spans'>

/**
 * Where a document itself says something: its text without headers, quotes, signatures and disclaimers, in order. The whole
 * text when nothing else is left.
 */
export function saidStretches({ text, spans }: SpannedText): readonly Stretch[] {
  const said: Stretch[] = []
  let at = 0
  // Spans are sorted by start; those inside one that was left out end before `at`.
  for (const { kind, start, end } of spans) {
    if (!LEFT_OUT.has(kind) || end <= at) continue
    if (start > at) said.push({ start: at, end: start })
    at = end
  }
  said.push({ start: at, end: text.length })
  const isBlank = ({ start, end }: Stretch): boolean => text.slice(start, end).trim() === ''
  return said.every(isBlank) ? [{ start: 0, end: text.length }] : said
}

/** What a document itself says, see {@link saidStretches}. */
export const summarisableText = (prepared: SpannedText): string =>
  saidStretches(prepared)
    .map(({ start, end }) => prepared.text.slice(start, end))
    .join('\n\n')
    .trim()
