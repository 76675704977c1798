import type { CanonicalDocument } from './document.ts'

/** A parsed document that is nothing but its text. */
export const plainDocument = (text: string): CanonicalDocument => ({
  type: 'text/plain',
  text,
  spans: [],
  participants: [],
  dates: {},
  attachments: [],
  warnings: [],
})
