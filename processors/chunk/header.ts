import type { CanonicalDocument, Tokens } from '../../topology/model/document.ts'
import type { ChunkOptions } from './options.ts'

/** What stands before the text of each chunk of a document when it is embedded. */
export interface ChunkHeader {
  /** Ends in a line feed. Empty when there is nothing to say. */
  readonly text: string
  /** Token ids of `text`. */
  readonly ids: Int32Array
}

export type HeaderSource = Partial<Pick<CanonicalDocument, 'subject' | 'participants' | 'dates'>>

export const noHeader: ChunkHeader = { text: '', ids: new Int32Array() }

/** What a header is made with: the tokeniser of the chunks. */
export interface HeaderTokeniser {
  readonly startsWord: (id: number) => boolean
  readonly tokenise: (text: string) => Tokens
}

/**
 * The header of a redacted document: its day (UTC), who wrote it, its subject, as far as `options.header` asks for them. Its end
 * is left out where it has more tokens than it may have. A name that redaction left nothing of is none.
 */
export function headerOf(
  source: HeaderSource,
  options: Pick<ChunkOptions, 'header' | 'headerTokens'>,
  tokeniser: HeaderTokeniser,
): ChunkHeader {
  const line = partsOf(source, options.header).join(' · ')
  if (line === '') return noHeader
  for (let room = options.headerTokens; room > 0; room--) {
    const text = `${firstTokens(line, room, tokeniser)}\n`
    if (text === '\n') return noHeader
    const { ids } = tokeniser.tokenise(text)
    // The line feed may be a token of its own.
    if (ids.length <= options.headerTokens) return { text, ids }
  }
  return noHeader
}

function partsOf(source: HeaderSource, kind: ChunkOptions['header']): string[] {
  if (kind === 'none') return []
  const subject = evenSpace(source.subject ?? '')
  const parts = kind === 'full' ? [dayOf(source.dates?.sent), writerOf(source), subject] : [subject]
  return parts.filter((part) => part !== '')
}

const evenSpace = (text: string): string => text.replace(/\s+/g, ' ').trim()

const LAST_DAY = 8_640_000_000_000_000

function dayOf(sent: number | undefined): string {
  if (sent === undefined || !(Math.abs(sent) <= LAST_DAY)) return ''
  return new Date(sent).toISOString().split('T', 1)[0]!
}

const WRITERS: readonly string[] = ['from', 'author', 'sender']
const LONGEST_NAME = 64

function writerOf({ participants = [] }: HeaderSource): string {
  for (const role of WRITERS) {
    const found = participants.find((each) => each.role === role && tells(each.name ?? ''))
    if (found) return evenSpace(found.name!).slice(0, LONGEST_NAME)
  }
  return ''
}

/** `[PERSON_1]`, `****` and the like say nothing that a search could be for. */
const tells = (name: string): boolean => /\p{L}/u.test(name.replace(/\[[^\]]*\]/g, ''))

/** The beginning of a line that has at most so many tokens, cut where a word begins. */
function firstTokens(line: string, most: number, tokeniser: HeaderTokeniser): string {
  const { ids, offsets, wordStarts } = tokeniser.tokenise(line)
  if (ids.length <= most) return line
  for (let at = most; at > 0; at--) {
    const starts = wordStarts === undefined ? tokeniser.startsWord(ids[at]!) : wordStarts[at] === 1
    if (starts) return line.slice(0, offsets[2 * at]).trimEnd()
  }
  return ''
}
