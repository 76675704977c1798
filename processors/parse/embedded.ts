import type { Attachment, CanonicalDocument } from '../../topology/model/document.ts'

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
