import { decodeFile } from '../../schemas/container-file.ts'
import { chunkFileCodec } from '../../schemas/generated/codecs.ts'
import type { ChunkFile, ChunkRecord, ChunkSet } from '../../schemas/generated/types.ts'
import { isMarkedErased } from '../../topology/model/erased-mark.ts'
import type { Failure } from '../../topology/model/failure.ts'
import * as column from './column.ts'
import {
  leadingColumns,
  originColumns,
  rows,
  type Dataset,
  type FromRecord,
  type Rows,
} from './dataset.ts'

/** One row, before it is cut into columns. */
export interface ChunkRow extends FromRecord<ChunkSet> {
  readonly chunk: ChunkRecord
}

const failed = (failure: Failure): Rows<ChunkRow> => ({ kind: 'failed', failure })

const missing = failed({
  disposition: 'NOT_FOUND',
  code: 'chunk-file-missing',
  message: 'the chunk file of this event is not in the object store: prepare the document again',
})

const unreadable = failed({
  disposition: 'UNREADABLE',
  code: 'chunk-file-unreadable',
  message: 'the chunk file of this event cannot be decoded: prepare the document again',
})

const decode = (bytes: Uint8Array): ChunkFile | undefined => {
  try {
    return decodeFile(chunkFileCodec, bytes)
  } catch {
    return undefined
  }
}

/** One row per chunk, with its redacted text. */
export const chunks: Dataset<ChunkSet, ChunkRow> = {
  name: 'chunks',
  compacted: false,
  columns: [
    ...leadingColumns<ChunkSet, ChunkRow>(),
    column.unique(column.text('chunk_id', ({ chunk }) => chunk.id)),
    column.int('ordinal', ({ chunk }) => chunk.ordinal),
    column.unique(column.text('text', ({ chunk }) => chunk.text)),
    column.int('tokens', ({ chunk }) => chunk.tokens),
    column.int('start_offset', ({ chunk }) => chunk.start),
    column.int('end_offset', ({ chunk }) => chunk.end),
    column.optionalInt('start_byte', ({ chunk }) => chunk.startByte),
    column.optionalInt('end_byte', ({ chunk }) => chunk.endByte),
    column.optionalInt('start_code_point', ({ chunk }) => chunk.startCodePoint),
    column.optionalInt('end_code_point', ({ chunk }) => chunk.endCodePoint),
    column.unique(column.optionalText('text_hash', ({ chunk }) => chunk.textHash)),
    column.optionalInt('source_start', ({ chunk }) => chunk.sourceStart),
    column.optionalInt('source_end', ({ chunk }) => chunk.sourceEnd),
    column.optionalText('header', ({ chunk }) => chunk.header),
    column.texts('near_keys', ({ chunk }) => chunk.nearKeys),
    column.flag('hard_split', ({ chunk }) => chunk.hardSplit),
    column.text('content_hash', ({ record }) => record.value.contentHash),
    column.text('tokenizer_sha256', ({ record }) => record.value.tokenizerSha256),
    column.reference('prepared_uri', ({ record }) => record.value.preparedUri),
    column.reference('chunk_set_uri', ({ record }) => record.value.uri),
    ...originColumns<ChunkSet, ChunkRow>(),
  ],
  identityOf: (event) => event,
  rowsOf: async (record, objects) => {
    const bytes = record.value.uri === null ? undefined : await objects.get(record.value.uri)
    if (!bytes) return (await isMarkedErased(objects, record.value)) ? { kind: 'erased' } : missing
    const file = decode(bytes)
    return file ? rows(file.chunks.map((chunk) => ({ record, chunk }))) : unreadable
  },
  bytesOf: ({ chunk }) => 500 + chunk.text.length,
  // A token is some five characters.
  bytesOfEvent: ({ chunks: count, tokens }) => 500 * count + 5 * tokens,
}
