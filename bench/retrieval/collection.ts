import type { CanonicalDocument } from '../../topology/model/document.ts'

/** A document to search in. */
export type Source = Pick<CanonicalDocument, 'text' | 'spans'> &
  Partial<Pick<CanonicalDocument, 'subject' | 'participants' | 'dates'>>

/** A stretch of a document that answers a question, in UTF-16 units. */
export interface Answer {
  readonly source: number
  readonly start: number
  readonly end: number
}

export interface Question {
  readonly text: string
  readonly answers: readonly Answer[]
  /** The document that asks, where one does: it is no answer to itself. */
  readonly from?: number
}

/** What retrieval is measured on. */
export interface Collection {
  readonly sources: readonly Source[]
  readonly questions: readonly Question[]
}

/** A stretch of a document as it is embedded. */
export interface Piece {
  readonly source: number
  readonly start: number
  readonly end: number
  /** What the model reads: the header, where there is one, and the text; and its token ids. */
  readonly text: string
  readonly ids: Int32Array
}
