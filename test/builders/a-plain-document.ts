import type { CanonicalDocument } from '../../topology/model/document.ts'

/** A parsed document that is nothing but its text. */
export const aPlainDocument = (text: string): CanonicalDocument => ({
  type: 'text/plain',
  text,
  spans: [],
  participants: [],
  dates: {},
  attachments: [],
  warnings: [],
})
