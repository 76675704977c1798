import { createParser, type ParseOutcome } from '../../../processors/parse/parse.ts'
import { defaultParseOptions, type ParseLimits } from '../../../processors/parse/options.ts'
import type { CanonicalDocument } from '../../../topology/model/document.ts'

/** A parser without language detection, with some limits changed. */
export const aParser = (limits: Partial<ParseLimits> = {}): ReturnType<typeof createParser> =>
  createParser({
    ...defaultParseOptions,
    language: false,
    limits: { ...defaultParseOptions.limits, ...limits },
  })

/** Parses text (as UTF-8) or bytes. */
export const parsing = async (
  content: string | Uint8Array,
  input: { name?: string; declaredType?: string } = {},
  limits: Partial<ParseLimits> = {},
): Promise<ParseOutcome> => {
  const parse = await aParser(limits)
  return await parse({
    content: typeof content === 'string' ? Buffer.from(content) : content,
    ...input,
  })
}

/** The document, or a failure that names the code. */
export const parsed = async (
  content: string | Uint8Array,
  input: { name?: string; declaredType?: string } = {},
): Promise<CanonicalDocument> => {
  const outcome = await parsing(content, input)
  if (outcome.kind === 'parsed') return outcome.document
  throw new Error(`unreadable: ${outcome.code}, ${outcome.detail}`)
}

/** The code of a file that must be unreadable. */
export const refusal = async (
  content: string | Uint8Array,
  input: { name?: string; declaredType?: string } = {},
  limits: Partial<ParseLimits> = {},
): Promise<string> => {
  const outcome = await parsing(content, input, limits)
  return outcome.kind === 'unreadable' ? outcome.code : 'parsed'
}

/** The texts of the spans of one kind. */
export const textsOf = (document: CanonicalDocument, kind: string): string[] =>
  document.spans
    .filter((span) => span.kind === kind)
    .map((span) => document.text.slice(span.start, span.end))

/** A mail with sensible headers; `headers` replaces or adds, an empty value removes. */
export const aMail = (body: string, headers: Record<string, string> = {}): string => {
  const all: Record<string, string> = {
    From: 'Ada <ada@example.org>',
    To: 'Bob <bob@example.org>',
    Subject: 'Engines',
    Date: 'Tue, 02 Jan 2024 03:04:05 +0100',
    'Message-ID': '<one@example.org>',
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === '' ? [] : [`${name}: ${value}`],
  )
  return `${lines.join('\r\n')}\r\n\r\n${body.replaceAll(/\r?\n/g, '\r\n')}`
}

/** A multipart mail of ready-made parts (headers, blank line, body). */
export const aMultipart = (
  subtype: string,
  parts: readonly string[],
  headers: Record<string, string> = {},
): string =>
  aMail(`${parts.map((part) => `--edge\n${part}\n`).join('')}--edge--\n`, {
    'MIME-Version': '1.0',
    'Content-Type': `multipart/${subtype}; boundary=edge`,
    ...headers,
  })
