import type { PreparedText, SpanKindName } from '../../schemas/generated/types.ts'

/** What a document repeats or adds by habit, rather than says. */
const LEFT_OUT: ReadonlySet<SpanKindName> = new Set(['HEADER', 'QUOTE', 'SIGNATURE', 'DISCLAIMER'])

/**
 * What a document itself says: its text without headers, quotes, signatures and disclaimers. The whole text when
 * nothing else is left.
 */
export function summarisableText({ text, spans }: Pick<PreparedText, 'text' | 'spans'>): string {
  const pieces: string[] = []
  let at = 0
  // Spans are sorted by start; those inside one that was left out end before `at`.
  for (const { kind, start, end } of spans) {
    if (!LEFT_OUT.has(kind) || end <= at) continue
    if (start > at) pieces.push(text.slice(at, start))
    at = end
  }
  pieces.push(text.slice(at))
  const said = pieces.join('\n\n').trim()
  return said === '' ? text.trim() : said
}
