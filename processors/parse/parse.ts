import type { CanonicalDocument } from '../../topology/model/document.ts'
import { createBudget, type Budget } from './budget.ts'
import { signedContent } from './cms.ts'
import { createLanguageDetector, type DetectLanguage } from './detect-language.ts'
import type { EmbeddedReader, EmbeddedResult, FileContext } from './embedded.ts'
import { parseMail } from './mail/parse-mail.ts'
import { defaultParseOptions, type ParseOptions } from './options.ts'
import { ParseRefusal, type ParseCode } from './parse-code.ts'
import { parseText } from './parse-text.ts'
import { sharedPdfium } from './shared-pdfium.ts'
import { sniffBytes } from './sniff.ts'

/** One file as fetched. */
export interface ParseInput {
  readonly content: Uint8Array
  /** File name, where one is known; it never decides alone. */
  readonly name?: string
  /** Media type as the archiver declared it; it never decides alone. */
  readonly declaredType?: string
  /** Epoch milliseconds. Not taken for a date of the document: a copy has another one. */
  readonly modifiedAt?: number
}

/** What became of a file. `detail` never holds document text. */
export type ParseOutcome =
  | { readonly kind: 'parsed'; readonly document: CanonicalDocument }
  | { readonly kind: 'unreadable'; readonly code: ParseCode; readonly detail: string }

/** Reads one file. A promise only where a format's reader is asynchronous (PDF, zip and Office files, mails that carry such). */
export type Parse = (input: ParseInput) => ParseOutcome | Promise<ParseOutcome>

/**
 * Makes a parser. It holds no state between files besides loaded libraries, and never throws for what a file holds. It is meant
 * to run on a worker thread under a deadline: readers of third parties are bounded in memory and pages, not in time.
 */
export const createParser = async (options: ParseOptions = defaultParseOptions): Promise<Parse> => {
  const detect = options.language ? await createLanguageDetector() : undefined
  return (input) => parseFile(input, options, detect)
}

interface FileInput {
  readonly content: Buffer
  readonly name?: string
  readonly declaredType?: string
  readonly charset?: string
  readonly path: string
  readonly depth: number
  readonly embedded: boolean
}

const parseFile = (
  input: ParseInput,
  options: ParseOptions,
  detect: DetectLanguage | undefined,
): ParseOutcome | Promise<ParseOutcome> => {
  const { content } = input
  sharedPdfium.pass()
  const finish = (document: CanonicalDocument): ParseOutcome => finishDocument(document, detect)
  try {
    const budget = createBudget(options.limits, content.length)
    if (content.length > options.limits.bytes)
      throw new ParseRefusal('too-large', `${content.length} bytes`)
    const document = readFile(
      {
        content: Buffer.from(content.buffer, content.byteOffset, content.byteLength),
        path: '0',
        depth: 0,
        embedded: false,
        ...(input.name === undefined ? {} : { name: input.name }),
        ...(input.declaredType === undefined ? {} : { declaredType: input.declaredType }),
      },
      budget,
    )
    return document instanceof Promise ? document.then(finish).catch(refused) : finish(document)
  } catch (error) {
    return refused(error)
  }
}

/** @throws what is no refusal: a bug */
const refused = (error: unknown): ParseOutcome => {
  if (error instanceof ParseRefusal)
    return { kind: 'unreadable', code: error.code, detail: error.detail }
  if (error instanceof RangeError && /string length|Array buffer/i.test(error.message))
    return { kind: 'unreadable', code: 'too-large', detail: 'text beyond the limit of the engine' }
  throw error
}

/** A mail without a body is still a mail: it has a sender and a subject. */
const MAIL_TYPES: ReadonlySet<string> = new Set([
  'message/rfc822',
  'application/vnd.ms-outlook',
  'application/ms-tnef',
])

const finishDocument = (
  document: CanonicalDocument,
  detect: DetectLanguage | undefined,
): ParseOutcome => {
  if (document.text === '' && !MAIL_TYPES.has(document.type))
    return { kind: 'unreadable', code: 'no-text', detail: document.type }
  const language = detect?.(document)
  return {
    kind: 'parsed',
    document: language === undefined ? document : { ...document, language },
  }
}

const isBlank = (bytes: Buffer): boolean => {
  for (const byte of bytes)
    if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9 && byte !== 12) return false
  return true
}

/** @throws ParseRefusal */
const readFile = (
  input: FileInput,
  budget: Budget,
): CanonicalDocument | Promise<CanonicalDocument> => {
  const { content } = input
  if (isBlank(content)) throw new ParseRefusal('empty', `${content.length} bytes`)
  budget.checkDepth(input.depth)
  const format = sniffBytes(content, input)
  const context: FileContext = {
    budget,
    readEmbedded: embeddedReader(budget),
    path: input.path,
    depth: input.depth,
  }
  switch (format.kind) {
    case 'mail':
      return parseMail(content, input.embedded ? inside(context) : context)
    case 'text':
      return parseText(content, input, budget)
    case 'pdf':
      return import('./pdf.ts').then(({ parsePdf }) => parsePdf(content, budget))
    case 'zip':
      return import('./parse-zip.ts').then(({ parseZip }) => parseZip(content, context))
    case 'compound':
      return import('./outlook/parse-compound.ts').then(({ parseCompound }) =>
        parseCompound(content, context),
      )
    case 'tnef':
      return import('./outlook/tnef.ts').then(({ parseTnef }) => parseTnef(content, context))
    case 'signed':
      return readSigned(input, budget)
    case 'rtf':
      return import('./rtf/parse-rtf.ts').then(({ parseRtf }) => parseRtf(content, budget))
    case 'unsupported':
      throw new ParseRefusal('unsupported-format', format.type)
    case 'encrypted':
      throw new ParseRefusal('encrypted', format.type)
    case 'unknown':
      throw new ParseRefusal('unknown-format', 'no known signature, and no text')
  }
}

/** The mail that an opaque S/MIME signature holds. @throws ParseRefusal */
const readSigned = (
  input: FileInput,
  budget: Budget,
): CanonicalDocument | Promise<CanonicalDocument> => {
  const content = signedContent(input.content)
  if (content === undefined)
    throw new ParseRefusal('unsupported-format', 'application/pkcs7-signature')
  return readFile(
    { ...input, content, depth: input.depth + 1, declaredType: 'message/rfc822' },
    budget,
  )
}

/** A mail that travelled as an attachment is one level below the part that holds it. */
const inside = (context: FileContext): FileContext => ({
  ...context,
  path: `${context.path}.0`,
  depth: context.depth + 1,
})

/** Limits of the whole file: a part that reaches one makes the file unreadable. */
const WHOLE_FILE: ReadonlySet<ParseCode> = new Set([
  'too-deep',
  'too-many-parts',
  'header-too-large',
])

const embeddedReader =
  (budget: Budget): EmbeddedReader =>
  (input) => {
    const done = (document: CanonicalDocument): EmbeddedResult => ({
      type: document.type,
      status: 'read',
      document,
    })
    const failed = (error: unknown): EmbeddedResult => statusOf(error, input.declaredType)
    try {
      const document = readFile({ ...input, embedded: true }, budget)
      return document instanceof Promise ? document.then(done).catch(failed) : done(document)
    } catch (error) {
      return failed(error)
    }
  }

/** @throws a limit of the whole file, and whatever is no refusal */
const statusOf = (error: unknown, declaredType: string): EmbeddedResult => {
  if (!(error instanceof ParseRefusal)) throw error
  if (
    WHOLE_FILE.has(error.code) &&
    !(error.code === 'too-deep' && error.detail.includes('elements'))
  )
    throw error
  switch (error.code) {
    case 'unsupported-format':
      return { type: error.detail, status: 'unsupported' }
    case 'encrypted':
      return { type: error.detail.includes('/') ? error.detail : declaredType, status: 'encrypted' }
    case 'unknown-format':
    case 'no-text':
      return { type: declaredType, status: 'unsupported' }
    case 'empty':
    case 'broken':
      return { type: declaredType, status: 'broken' }
    default:
      return { type: declaredType, status: 'limit' }
  }
}
