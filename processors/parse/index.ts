import type { Disposition } from '../../schemas/generated/types.ts'
import type { Fetched, Parsed } from '../../topology/model/draft.ts'
import { deadLetter, drop, forward, type Outcome } from '../../topology/model/outcome.ts'
import type { PureStage } from '../../topology/model/stage.ts'
import { defaultParseOptions, type ParseOptions } from './options.ts'
import type { ParseCode } from './parse-code.ts'
import { createParser, type ParseOutcome } from './parse.ts'

/** The stage that turns fetched bytes into a canonical document. */
export const parseStage = (
  options: ParseOptions = defaultParseOptions,
): PureStage<Fetched, Parsed> => ({
  kind: 'pure',
  name: 'parse',
  version: 3,
  order: 'key',
  doc: 'Reads mail, chats, captions, pages and documents into one text with marked spans.',
  deadlineMs: options.deadlineMs,
  settings: { language: options.language, ...options.limits },
  create: async () => {
    const parse = await createParser(options)
    return (value) => {
      const { event, content } = value
      const outcome = parse({
        content,
        ...(event.name !== null && { name: event.name }),
        ...(event.declaredType !== null && { declaredType: event.declaredType }),
        ...(event.modifiedAt !== null && { modifiedAt: event.modifiedAt }),
      })
      return outcome instanceof Promise
        ? outcome.then((settled) => outcomeOf(value, settled))
        : outcomeOf(value, outcome)
    }
  },
})

const outcomeOf = (value: Fetched, outcome: ParseOutcome): Outcome<Parsed> => {
  const { event, contentHash, content } = value
  if (outcome.kind === 'parsed')
    return forward({ event, contentHash, bytes: content.length, document: outcome.document })
  if (outcome.code === 'no-text' && !NEEDS_A_LOOK.has(outcome.detail)) return drop('no-text')
  return deadLetter({
    disposition: dispositionOf[outcome.code],
    code: outcome.code,
    message: `parse: ${outcome.code} (${outcome.detail})`,
    ...(FORMAT_MATTERS.has(outcome.code) && { variant: outcome.detail }),
  })
}

/** Codes whose detail is the media type that was found: another type asks for another reader, key or repair. */
const FORMAT_MATTERS: ReadonlySet<ParseCode> = new Set([
  'broken',
  'encrypted',
  'no-text',
  'unsupported-format',
])

/** Without text these are likely scans, or hold some: somebody must decide about recognising characters. */
const NEEDS_A_LOOK: ReadonlySet<string> = new Set(['application/pdf', 'application/zip'])

/** What an operator can do about each code. */
const dispositionOf: Readonly<Record<ParseCode, Disposition>> = {
  empty: 'UNREADABLE',
  'no-text': 'UNREADABLE',
  'unknown-format': 'UNREADABLE',
  'unsupported-format': 'UNREADABLE',
  encrypted: 'ENCRYPTED',
  broken: 'UNREADABLE',
  'too-deep': 'OVERSIZE',
  'too-many-parts': 'OVERSIZE',
  'header-too-large': 'OVERSIZE',
  'too-large': 'OVERSIZE',
  'too-many-pages': 'OVERSIZE',
  expansion: 'OVERSIZE',
}
