import { asDocumentId, asTenantId, asUri } from '../../schemas/brands.ts'
import { encodeFile } from '../../schemas/container-file.ts'
import { chunkFileCodec } from '../../schemas/generated/codecs.ts'
import type { ChunkFile, ChunkRecord, ChunkSet } from '../../schemas/generated/types.ts'
import { uuidV5 } from '../../topology/model/uuid.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import { aProducedBy } from '../../test/builders/a-document-event.ts'
import { mailOf } from '../mail-corpus.ts'

/** How many documents of how many chunks, and how long a chunk is. */
export interface Workload {
  readonly sets: number
  readonly chunks: number
  readonly characters: number
}

const CHARACTERS_PER_TOKEN = 4.5

const envelopeOf = (set: number) => ({
  tenantId: asTenantId('bench'),
  documentId: asDocumentId(uuidV5(`document ${set}`)),
  revision: 1n,
  archivedAt: Date.UTC(2024, 0, 2),
  ingestedAt: Date.UTC(2024, 0, 3),
  producedBy: aProducedBy({ stage: 'bench' }),
})

/** No two are equal; of mails that nobody wrote. Lengths vary by half of the mean to either side. */
const textOf = (number: number, characters: number): string => {
  const length = Math.round(characters * (0.5 + ((number * 7919) % 1_000) / 1_000))
  const mail = mailOf(number)
  return `${number} ${mail} `.repeat(Math.ceil(length / mail.length)).slice(0, length)
}

export const chunkIdOf = (set: number, ordinal: number): string => uuidV5(`chunk ${set}.${ordinal}`)

const chunkOf = (set: number, ordinal: number, { chunks, characters }: Workload): ChunkRecord => {
  const text = textOf(set * chunks + ordinal, characters)
  const tokens = Math.ceil(text.length / CHARACTERS_PER_TOKEN)
  return {
    id: chunkIdOf(set, ordinal),
    ordinal,
    start: 0,
    end: text.length,
    text,
    tokens,
    ids: new Uint8Array(4 * tokens),
    hardSplit: false,
    startByte: 0,
    endByte: text.length,
    startCodePoint: 0,
    endCodePoint: text.length,
    textHash: null,
    sourceStart: 0,
    sourceEnd: text.length,
    header: null,
    headerIds: null,
    nearKeys: [],
  }
}

/** Stores the chunks of one document as preparation does, and gives the event for them. */
export const storeChunkSet = async (
  objects: ObjectStore,
  set: number,
  workload: Workload,
): Promise<ChunkSet> => {
  const chunks = Array.from({ length: workload.chunks }, (_, at) => chunkOf(set, at, workload))
  const preparedUri = asUri(`memory:///prepared/${set}`)
  const common = { ...envelopeOf(set), contentHash: 'c0', ordinal: 0, sets: 1, preparedUri }
  const file: ChunkFile = { ...common, tokenizerSha256: 'f0', chunks }
  const name = `chunks/bench/${set}.avro`
  await objects.put(name, encodeFile(chunkFileCodec, file))
  return {
    ...common,
    operation: 'ARCHIVE',
    uri: objects.uriOf(name),
    firstChunk: 0,
    chunks: chunks.length,
    tokens: chunks.reduce((sum, { tokens }) => sum + tokens, 0),
    type: 'text/plain',
    sentAt: null,
    tokenizerSha256: 'f0',
  }
}
