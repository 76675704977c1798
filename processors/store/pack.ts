import { hash } from 'node:crypto'
import { asUri } from '../../schemas/brands.ts'
import type { Codec } from '../../schemas/codec.ts'
import { encodeFile } from '../../schemas/container-file.ts'
import { chunkFileCodec, preparedTextCodec } from '../../schemas/generated/codecs.ts'
import type { Chunk } from '../../topology/model/document.ts'
import type { Chunked } from '../../topology/model/draft.ts'
import {
  envelopeOf,
  producedBy,
  type Envelope,
  type ProducedDetails,
} from '../../topology/model/envelope.ts'
import { chunksArea, objectName, preparedArea } from '../../topology/model/object-name.ts'
import { forward } from '../../topology/model/outcome.ts'
import type { PureStage } from '../../topology/model/stage.ts'
import type { Identity } from '../../topology/ports/identity.ts'
import { attachmentRecord, chunkRecord, preparedText, wholeMillis } from './file-records.ts'
import { packDefaults, type PackOptions } from './options.ts'
import type { Packed, PackedChunkSet, PackedDocument, PackedObject } from './packed.ts'

const stage = { name: 'pack', version: 3 } as const

/** Encodes what is to be stored of a document. Pure, so that it is done on the worker thread. */
export const pack = (
  identity: Identity,
  changes: Partial<PackOptions> = {},
): PureStage<Chunked, Packed> => {
  const options = { ...packDefaults, ...changes }
  return {
    kind: 'pure',
    ...stage,
    order: 'key',
    doc: 'Encodes the prepared text and the chunk sets as container files',
    deadlineMs: options.deadlineMs,
    settings: { chunksPerSet: options.chunksPerSet },
    create: () => (draft) => forward(packDocument(draft, identity, options)),
  }
}

/** Everything is a function of the draft, the identity and the options. */
export const packDocument = (
  draft: Chunked,
  identity: Identity,
  { chunksPerSet }: Pick<PackOptions, 'chunksPerSet'>,
): Packed => {
  const details = { policyVersion: draft.policyVersion, ...nerDetails(draft) }
  const envelope = envelopeOf(draft.event, producedBy(stage, identity, details))
  const sets = setsOf(draft.chunks, chunksPerSet)
  const prepared = packText(draft, envelope, sets.length)
  return {
    kind: 'packed',
    prepared,
    sets: sets.map((chunks, ordinal) =>
      packSet(draft, envelope, { chunks, ordinal, sets: sets.length }, prepared.object.name),
    ),
  }
}

/** The model that found names in the text, where one was asked. */
const nerDetails = ({
  nerModel = '',
}: Chunked): Pick<ProducedDetails, 'model' | 'modelVersion'> => {
  const at = nerModel.indexOf('@')
  return at < 0 ? {} : { model: nerModel.slice(0, at), modelVersion: nerModel.slice(at + 1) }
}

/** At least one set, see {@link Packed.sets}. */
const setsOf = (chunks: readonly Chunk[], size: number): readonly (readonly Chunk[])[] =>
  Array.from({ length: Math.max(1, Math.ceil(chunks.length / size)) }, (_, ordinal) =>
    chunks.slice(ordinal * size, (ordinal + 1) * size),
  )

const packText = (draft: Chunked, envelope: Envelope, chunkSets: number): PackedDocument => {
  const { document } = draft
  const named = (hash: string): string =>
    objectName(preparedArea, envelope, `${shortHash(draft.policyVersion)}-${hash}.avro`)
  return {
    object: packFile(preparedTextCodec, preparedText(draft, envelope), named),
    event: {
      operation: 'ARCHIVE',
      contentHash: draft.contentHash,
      type: document.type,
      language: document.language ?? null,
      characters: document.text.length,
      tokens: draft.tokenCount,
      chunks: draft.chunks.length,
      chunkSets,
      redactions: draft.redactions,
      sentAt: wholeMillis(document.dates.sent),
      lastAt: wholeMillis(document.dates.last),
      threadHash: document.threadId ?? null,
      attachments: document.attachments.map(attachmentRecord),
      warnings: document.warnings,
      tokenizerSha256: draft.tokenizerSha256,
      ...envelope,
    },
  }
}

/** One of the sets of a document. */
interface SetPart {
  readonly chunks: readonly Chunk[]
  readonly ordinal: number
  readonly sets: number
}

const packSet = (
  draft: Chunked,
  envelope: Envelope,
  { chunks, ordinal, sets }: SetPart,
  preparedName: string,
): PackedChunkSet => {
  const { contentHash, tokenizerSha256, document } = draft
  const common = { contentHash, ordinal, sets, tokenizerSha256, ...envelope }
  const file = {
    // Relative to the store, so that the bytes are equal wherever the store is.
    preparedUri: asUri(preparedName),
    chunks: chunks.map((chunk) => chunkRecord(chunk, document.text)),
    ...common,
  }
  const settings = `${shortHash(draft.policyVersion)}-${tokenizerSha256.slice(0, 8)}`
  const named = (hash: string): string =>
    objectName(chunksArea, envelope, `${settings}-${ordinal}-${hash}.avro`)
  return {
    object: packFile(chunkFileCodec, file, named),
    event: {
      operation: 'ARCHIVE',
      firstChunk: chunks[0]?.ordinal ?? 0,
      chunks: chunks.length,
      tokens: chunks.reduce((sum, { ids }) => sum + ids.length, 0),
      type: document.type,
      sentAt: wholeMillis(document.dates.sent),
      ...common,
    },
  }
}

/**
 * The name ends in the hash of the bytes. So a document that is prepared again by other code, or announced again with
 * another time, gets another object instead of a conflict, and the same gets the same.
 */
const packFile = <T>(codec: Codec<T>, value: T, named: (hash: string) => string): PackedObject => {
  // Copied, since a small Buffer shares its memory with others and could not be handed to another thread.
  const bytes = new Uint8Array(encodeFile(codec, value))
  return { bytes, name: named(hash('sha256', bytes).slice(0, 12)) }
}

const shortHash = (text: string): string => hash('sha256', text).slice(0, 8)
