import { asUri } from '../../schemas/brands.ts'
import type {
  ChunkFile,
  ChunkRecord,
  ChunkSet,
  ClassificationSet,
  EmbeddingSet,
  FindingRecord,
  PreparedDocument,
  PreparedText,
  Summary,
} from '../../schemas/generated/types.ts'
import { anEnvelope } from './an-envelope.ts'

const sentAt = Date.UTC(2023, 4, 6, 7, 8, 9, 123)

export const aPreparedDocument = (changes: Partial<PreparedDocument> = {}): PreparedDocument => ({
  ...anEnvelope(),
  operation: 'ARCHIVE',
  uri: asUri('memory:///prepared/a.avro'),
  contentHash: 'aa'.repeat(32),
  type: 'message/rfc822',
  language: 'en',
  characters: 100,
  tokens: 20,
  chunks: 1,
  chunkSets: 1,
  redactions: { PHONE: 1, EMAIL: 2 },
  sentAt,
  lastAt: null,
  threadHash: null,
  attachments: [
    { path: '0.1', name: null, type: 'application/pdf', bytes: 1234n, status: 'READ' },
    { path: '0.2', name: 'b.zip', type: 'application/zip', bytes: 5n, status: 'LIMIT' },
  ],
  warnings: ['charset-guessed'],
  tokenizerSha256: 'bb'.repeat(32),
  ...changes,
})

export const aFinding = (changes: Partial<FindingRecord> = {}): FindingRecord => ({
  start: 0,
  end: 7,
  type: 'EMAIL',
  score: 100,
  recogniser: 'email',
  sourceStart: 0,
  sourceEnd: 15,
  ...changes,
})

export const aPreparedText = (changes: Partial<PreparedText> = {}): PreparedText => ({
  ...anEnvelope(),
  contentHash: 'aa'.repeat(32),
  type: 'message/rfc822',
  language: 'en',
  subject: null,
  text: '[EMAIL] said so',
  spans: [],
  participants: [],
  attachments: [],
  findings: [aFinding()],
  redactions: { EMAIL: 1 },
  sentAt,
  lastAt: null,
  threadHash: null,
  warnings: [],
  ...changes,
})

export const aChunkRecord = (changes: Partial<ChunkRecord> = {}): ChunkRecord => ({
  id: '11111111-1111-5111-8111-111111111111',
  ordinal: 0,
  start: 0,
  end: 5,
  text: 'hello',
  tokens: 1,
  ids: Uint8Array.of(1, 0, 0, 0),
  hardSplit: false,
  startByte: 0,
  endByte: 5,
  startCodePoint: 0,
  endCodePoint: 5,
  textHash: '5e'.repeat(32),
  sourceStart: 0,
  sourceEnd: 5,
  header: null,
  headerIds: null,
  nearKeys: [],
  ...changes,
})

export const aChunkFile = (changes: Partial<ChunkFile> = {}): ChunkFile => ({
  ...anEnvelope(),
  contentHash: 'aa'.repeat(32),
  preparedUri: asUri('prepared/a.avro'),
  ordinal: 0,
  sets: 1,
  tokenizerSha256: 'bb'.repeat(32),
  chunks: [aChunkRecord()],
  ...changes,
})

export const aChunkSet = (changes: Partial<ChunkSet> = {}): ChunkSet => ({
  ...anEnvelope(),
  operation: 'ARCHIVE',
  uri: asUri('memory:///chunks/a.avro'),
  preparedUri: asUri('memory:///prepared/a.avro'),
  contentHash: 'aa'.repeat(32),
  ordinal: 0,
  sets: 1,
  firstChunk: 0,
  chunks: 1,
  tokens: 1,
  type: 'message/rfc822',
  sentAt,
  tokenizerSha256: 'bb'.repeat(32),
  ...changes,
})

/** The little-endian bytes of a vector. */
export const vectorBytes = (values: Float32Array | readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  values.forEach((value, index) => view.setFloat32(index * 4, value, true))
  return bytes
}

export const anEmbeddingSet = (changes: Partial<EmbeddingSet> = {}): EmbeddingSet => ({
  ...anEnvelope(),
  operation: 'ARCHIVE',
  chunkSetUri: asUri('memory:///chunks/a.avro'),
  ordinal: 0,
  sets: 1,
  type: 'message/rfc822',
  sentAt,
  dimensions: 4,
  encoding: 'FLOAT32_LE',
  vectors: [
    {
      chunkId: '11111111-1111-5111-8111-111111111111',
      ordinal: 0,
      tokens: 1,
      vector: vectorBytes([0.1, -0.2, 0.3, 0.9]),
    },
  ],
  failed: [],
  usage: null,
  ...changes,
})

export const aClassificationSet = (
  changes: Partial<ClassificationSet> = {},
): ClassificationSet => ({
  ...anEnvelope(),
  operation: 'ARCHIVE',
  chunkSetUri: asUri('memory:///chunks/a.avro'),
  ordinal: 0,
  sets: 1,
  type: 'message/rfc822',
  sentAt,
  results: [
    {
      chunkId: '11111111-1111-5111-8111-111111111111',
      ordinal: 0,
      model: 'spam',
      modelVersion: '1',
      scores: [
        { label: 'spam', score: 0.75, accepted: true },
        { label: 'ham', score: 0.25, accepted: false },
      ],
    },
  ],
  failed: [],
  usage: null,
  ...changes,
})

export const aSummary = (changes: Partial<Summary> = {}): Summary => ({
  ...anEnvelope(),
  operation: 'ARCHIVE',
  status: 'OK',
  text: 'Somebody says hello.',
  summaryUri: null,
  sha256: null,
  preparedUri: asUri('memory:///prepared/a.avro'),
  tokensIn: 20,
  tokensOut: 4,
  sentAt,
  type: 'message/rfc822',
  citations: [],
  points: [],
  fallback: null,
  usage: null,
  ...changes,
})
