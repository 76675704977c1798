import { asUri, type Uri } from '../../schemas/brands.ts'
import { encodeFile } from '../../schemas/container-file.ts'
import { chunkFileCodec } from '../../schemas/generated/codecs.ts'
import type { ChunkFile, ChunkRecord, ChunkSet } from '../../schemas/generated/types.ts'
import { uuidV5 } from '../../topology/model/uuid.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import { anEnvelope } from '../builders/an-envelope.ts'

export const chunkIdOf = (text: string): string => uuidV5(text)

/** Stores a chunk set of these texts and gives the event for it. */
export async function aStoredChunkSet(
  objects: ObjectStore,
  texts: readonly string[],
  changes: Partial<ChunkSet> = {},
  chunk: Partial<ChunkRecord> = {},
): Promise<ChunkSet> {
  const file: ChunkFile = {
    ...anEnvelope(),
    contentHash: 'c0',
    preparedUri: asUri('memory:///prepared'),
    ordinal: 0,
    sets: 1,
    tokenizerSha256: 'f0',
    chunks: texts.map((text, ordinal) => ({
      id: chunkIdOf(text),
      ordinal,
      start: 0,
      end: text.length,
      text,
      tokens: text.split(' ').length,
      ids: new Uint8Array(Int32Array.of(1, 258).buffer),
      hardSplit: false,
      startByte: 0,
      endByte: text.length,
      startCodePoint: 0,
      endCodePoint: text.length,
      textHash: '5e'.repeat(32),
      sourceStart: 0,
      sourceEnd: text.length,
      header: null,
      headerIds: null,
      nearKeys: [],
      ...chunk,
    })),
  }
  const name = `chunks/${texts.length}-${texts.join('').length}.avro`
  await objects.put(name, encodeFile(chunkFileCodec, file))
  return aChunkSet(objects.uriOf(name), { chunks: texts.length, ...changes })
}

export const aChunkSet = (uri: Uri | null, changes: Partial<ChunkSet> = {}): ChunkSet => ({
  ...anEnvelope(),
  operation: 'ARCHIVE',
  uri,
  preparedUri: asUri('memory:///prepared'),
  contentHash: 'c0',
  ordinal: 0,
  sets: 1,
  firstChunk: 0,
  chunks: 0,
  tokens: 0,
  type: 'text/plain',
  sentAt: null,
  tokenizerSha256: 'f0',
  ...changes,
})
