import { createHash } from 'node:crypto'
import { asUri } from '../../schemas/brands.ts'
import { encodeFile } from '../../schemas/container-file.ts'
import { chunkFileCodec, preparedTextCodec } from '../../schemas/generated/codecs.ts'
import type {
  ChunkFile,
  ChunkRecord,
  PreparedDocument,
  PreparedText,
  SpanRecord,
} from '../../schemas/generated/types.ts'
import { chunksArea, objectName } from '../../topology/model/object-name.ts'
import { uuidV5 } from '../../topology/model/uuid.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import { anEnvelope } from '../builders/an-envelope.ts'

export const aSpan = (kind: SpanRecord['kind'], start: number, end: number): SpanRecord => ({
  kind,
  start,
  end,
  depth: 0,
  speaker: null,
  at: null,
  path: null,
})

export const aPreparedText = (text: string, spans: readonly SpanRecord[] = []): PreparedText => ({
  ...anEnvelope(),
  contentHash: 'c0',
  type: 'text/plain',
  language: null,
  subject: null,
  text,
  spans,
  participants: [],
  attachments: [],
  findings: [],
  redactions: {},
  sentAt: null,
  lastAt: null,
  threadHash: null,
  warnings: [],
})

export async function aStoredDocument(
  objects: ObjectStore,
  text: string,
  changes: Partial<PreparedDocument> = {},
): Promise<PreparedDocument> {
  const name = `prepared/${createHash('sha256').update(text).digest('hex')}.avro`
  await objects.put(name, encodeFile(preparedTextCodec, aPreparedText(text)))
  return aDocument({ uri: objects.uriOf(name), ...changes })
}

export const aDocument = (changes: Partial<PreparedDocument>): PreparedDocument => ({
  ...anEnvelope(),
  operation: 'ARCHIVE',
  uri: null,
  contentHash: 'c0',
  type: 'text/plain',
  language: null,
  characters: 10,
  tokens: 20,
  chunks: 1,
  chunkSets: 1,
  redactions: {},
  sentAt: 5,
  lastAt: null,
  threadHash: null,
  attachments: [],
  warnings: [],
  tokenizerSha256: 'f0',
  ...changes,
})

/** A document of these chunks, one after the other, with its sets of two chunks each in the store. */
export async function aChunkedDocument(
  objects: ObjectStore,
  texts: readonly string[],
  changes: Partial<PreparedDocument> = {},
): Promise<PreparedDocument> {
  const size = 2
  const chunks = chunksOf(texts)
  const chunkSets = Math.max(1, Math.ceil(chunks.length / size))
  const document = await aStoredDocument(objects, texts.join(' '), {
    chunks: chunks.length,
    chunkSets,
    tokens: chunks.reduce((sum, { tokens }) => sum + tokens, 0),
    ...changes,
  })
  const preparedUri = asUri(decodeURIComponent((document.uri ?? '').slice('memory:///'.length)))
  for (let ordinal = 0; ordinal < chunkSets; ordinal++) {
    const file: ChunkFile = {
      ...anEnvelope(),
      contentHash: 'c0',
      preparedUri,
      ordinal,
      sets: chunkSets,
      tokenizerSha256: 'f0',
      chunks: chunks.slice(ordinal * size, (ordinal + 1) * size),
    }
    const name = objectName(
      chunksArea,
      document,
      `p0-f0-${ordinal}-${preparedUri.slice(9, 21)}.avro`,
    )
    await objects.put(name, encodeFile(chunkFileCodec, file))
  }
  return document
}

/** A token is a word. */
const chunksOf = (texts: readonly string[]): readonly ChunkRecord[] => {
  let start = 0
  return texts.map((text, ordinal) => {
    const end = start + text.length
    const chunk = {
      id: uuidV5(`${ordinal} ${text}`),
      ordinal,
      start,
      end,
      text,
      tokens: text.split(' ').length,
      ids: new Uint8Array(),
      hardSplit: false,
      startByte: start,
      endByte: end,
      startCodePoint: start,
      endCodePoint: end,
      textHash: '5e'.repeat(32),
      sourceStart: null,
      sourceEnd: null,
      header: null,
      headerIds: null,
      nearKeys: [],
    }
    start = end + 1
    return chunk
  })
}
