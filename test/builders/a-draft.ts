import type { Chunk } from '../../topology/model/document.ts'
import type { Chunked } from '../../topology/model/draft.ts'
import { aDocumentEvent } from './a-document-event.ts'

export const aChunk = (changes: Partial<Chunk> = {}): Chunk => ({
  id: '22222222-2222-5222-8222-222222222222',
  ordinal: 0,
  start: 0,
  end: 5,
  startByte: 0,
  endByte: 7,
  startCodePoint: 0,
  endCodePoint: 5,
  textHash: '5e'.repeat(32),
  ids: Int32Array.of(7, 70_000),
  hardSplit: false,
  sourceStart: 0,
  sourceEnd: 5,
  ...changes,
})

export const aChunkedDraft = (changes: Partial<Chunked> = {}): Chunked => ({
  event: aDocumentEvent(),
  contentHash: 'ab'.repeat(32),
  bytes: 100,
  document: {
    type: 'message/rfc822',
    text: 'größe 😀 from <EMAIL>',
    spans: [
      { kind: 'body', start: 0, end: 21, depth: 0 },
      { kind: 'table-row', start: 0, end: 5, depth: 1, speaker: 's', at: 1.5, path: '0.1' },
    ],
    subject: 'redacted subject',
    participants: [{ role: 'from', name: '<PERSON>' }],
    dates: { sent: 1_600_000_000_000 },
    threadId: 'cafe',
    attachments: [{ path: '0.1', type: 'application/pdf', bytes: 12, status: 'encrypted' }],
    language: 'de',
    warnings: ['charset-guessed'],
  },
  findings: [
    {
      start: 14,
      end: 21,
      type: 'EMAIL',
      score: 100,
      recogniser: 'email',
      sourceStart: 14,
      sourceEnd: 29,
    },
  ],
  redactions: { EMAIL: 1 },
  policyVersion: 'default@1+abcdef',
  tokenizerSha256: 'cd'.repeat(32),
  tokenCount: 9,
  chunks: [aChunk()],
  ...changes,
})
