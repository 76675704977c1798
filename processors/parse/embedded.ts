import type { Attachment, CanonicalDocument } from '../../topology/model/document.ts'
import type { Budget } from './budget.ts'
import type { DocumentDraft } from './document-draft.ts'
import { ParseRefusal } from './parse-code.ts'

/** A file inside a file. */
export interface EmbeddedInput {
  readonly content: Buffer
  readonly name?: string
  readonly declaredType: string
  readonly charset?: string
  readonly path: string
  readonly depth: number
}

/** What could be made of it. */
export interface EmbeddedResult {
  /** Media type by content. */
  readonly type: string
  readonly status: Attachment['status']
  readonly document?: CanonicalDocument
}

/** Reads a file inside a file; refusals become a status, except limits of the whole file, which are thrown. */
export type EmbeddedReader = (input: EmbeddedInput) => EmbeddedResult | Promise<EmbeddedResult>

/** What the reader of a format that holds other files needs besides the bytes. */
export interface FileContext {
  readonly budget: Budget
  /** Reads a file inside by its content. */
  readonly readEmbedded: EmbeddedReader
  /** Place inside the outermost file: `0` for that itself. */
  readonly path: string
  readonly depth: number
}

/** Warnings of a file inside that say that text is missing: they hold for the whole file. */
const CARRIED: ReadonlySet<string> = new Set([
  'encrypted',
  'cells-capped',
  'sheet-cut-off',
  'strings-missing',
  'word-capped',
])

/**
 * Adds a file that was found inside another: its line in the list of attachments, the lines of what it held itself, and its text.
 *
 * @throws ParseRefusal `too-many-parts`
 */
export const addEmbedded = (
  draft: DocumentDraft,
  { path, name, content }: Pick<EmbeddedInput, 'path' | 'name' | 'content'>,
  result: EmbeddedResult,
): void => {
  if (draft.attachments.length > draft.budget.limits.parts)
    throw new ParseRefusal('too-many-parts', 'attachments')
  draft.attachments.push({
    path,
    ...(name === undefined ? {} : { name }),
    type: result.type,
    bytes: content.length,
    status: result.status,
  })
  if (result.status === 'encrypted') draft.warn('encrypted')
  if (result.document === undefined) return
  for (const warning of result.document.warnings) if (CARRIED.has(warning)) draft.warn(warning)
  draft.attachments.push(...result.document.attachments)
  draft.embed(result.document, path, 1)
}
