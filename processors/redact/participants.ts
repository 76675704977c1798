import type { CanonicalDocument, Finding } from '../../topology/model/document.ts'
import { isPlaceholder } from './placeholder.ts'
import { type Term, type TermIndex, termIndex } from './term-index.ts'
import { writtenNames } from './written-names.ts'

const LIST_SCORE = 99

const namesOf = ({ participants, spans }: CanonicalDocument): Set<string> => {
  const names = new Set<string>()
  for (const { name } of participants) if (name) names.add(name)
  for (const { speaker } of spans) if (speaker) names.add(speaker)
  return names
}

const term = (value: string, type: string): Term => ({
  value,
  type,
  recogniser: 'participant',
  score: LIST_SCORE,
})

/** What the document's own headers and speakers give away: full names and addresses, to be found in its text. */
export const participantTerms = (document: CanonicalDocument): TermIndex | undefined => {
  const terms: Term[] = []
  for (const name of namesOf(document)) {
    if (!isPlaceholder(name))
      for (const form of writtenNames(name)) terms.push(term(form, 'PERSON'))
  }
  for (const { address } of document.participants) {
    if (address?.includes('@') && !isPlaceholder(address))
      terms.push(term(address, 'EMAIL_ADDRESS'))
  }
  return terms.length === 0 ? undefined : termIndex(terms)
}

const REACH = 64

/** Where the line of a place begins, at most {@link REACH} characters before it. */
const lineStart = (text: string, at: number): number => {
  const least = Math.max(0, at - REACH)
  let start = at
  while (start > least && text.charCodeAt(start - 1) !== 10) start--
  return start
}

/** The speaker's name where it introduces a turn: on the turn's first line, or just before it. One word is enough there. */
export const speakerFindings = ({ text, spans }: CanonicalDocument): Finding[] => {
  const found: Finding[] = []
  for (const { speaker, start, end } of spans) {
    if (!speaker || isPlaceholder(speaker)) continue
    const from = lineStart(text, start)
    const head = text.slice(from, Math.min(end, start + REACH + speaker.length))
    const at = head.indexOf(speaker)
    const lineEnd = head.indexOf('\n')
    if (at < 0 || (lineEnd >= 0 && lineEnd < at + speaker.length)) continue
    found.push({
      start: from + at,
      end: from + at + speaker.length,
      type: 'PERSON',
      score: LIST_SCORE,
      recogniser: 'speaker',
    })
  }
  return found
}
