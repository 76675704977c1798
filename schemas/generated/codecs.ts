// Generated from schemas/*.avsc by `npm run schemas`. Edit the schema, not this file.
import { createCodec } from '../codec.ts'
import type {
  ChunkFile,
  ChunkSet,
  ClassificationSet,
  ContainerEvent,
  DeadLetter,
  DocumentEvent,
  EmbeddingSet,
  LedgerEntry,
  PreparedDocument,
  PreparedText,
  Summary,
} from './types.ts'

export const chunkFileCodec = createCodec<ChunkFile>(
  'chunk-file',
  '0e82295bd3a915ee5167421ac375034aea2d2cf058ab91fb81b79cf7bc4aeb1b',
)
export const chunkSetCodec = createCodec<ChunkSet>(
  'chunk-set',
  '88f51c5c1107f0b07ceba806e2f3e78b5a736785fbdcfbbc3df8655e1c3cb126',
)
export const classificationSetCodec = createCodec<ClassificationSet>(
  'classification-set',
  'b48ac44e44e6a010fca2f84b14d118ce92308bc5417bd50059bb8c25e6c21164',
)
export const containerEventCodec = createCodec<ContainerEvent>(
  'container-event',
  '04170663638f87bcb508e120e9adc5fa23b7f072c6baf611ef8cdc61b1fd333b',
)
export const deadLetterCodec = createCodec<DeadLetter>(
  'dead-letter',
  'dd7eb7547286e693655a225107056995c2b8a230ce7c96cf171ba55534e225d1',
)
export const documentEventCodec = createCodec<DocumentEvent>(
  'document-event',
  'af2d86d2c6a0a1c3da3e5c25228f9ef562bbda5950fd41c52ffd930802069289',
)
export const embeddingSetCodec = createCodec<EmbeddingSet>(
  'embedding-set',
  '144b8565c4b2d66a8082cb559d2ab147d18b772336295476d60d2d725424bbcf',
)
export const ledgerEntryCodec = createCodec<LedgerEntry>(
  'ledger-entry',
  '871a87df90cd9e6f234d668cf32d49f8f483ad1a785b6dbc8820c4377bd14ae2',
)
export const preparedDocumentCodec = createCodec<PreparedDocument>(
  'prepared-document',
  'bffdb70835dd228dc99b1866e6aa5e657aa5477040dfb880b202560c867e0d15',
)
export const preparedTextCodec = createCodec<PreparedText>(
  'prepared-text',
  '1bb14e65c5ad5d41d032473d4afff0cd617b0d1b0975073c02556de3cdc089e6',
)
export const summaryCodec = createCodec<Summary>(
  'summary',
  '2db2d66fd4287556b9cb85a2b9ae2128189dbbef54bf1d69475afc761741af2e',
)

/** Every codec by subject. */
export const codecs = [
  chunkFileCodec,
  chunkSetCodec,
  classificationSetCodec,
  containerEventCodec,
  deadLetterCodec,
  documentEventCodec,
  embeddingSetCodec,
  ledgerEntryCodec,
  preparedDocumentCodec,
  preparedTextCodec,
  summaryCodec,
] as const
