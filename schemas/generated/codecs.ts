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

export const chunkFileCodec = createCodec<ChunkFile>('chunk-file')
export const chunkSetCodec = createCodec<ChunkSet>('chunk-set')
export const classificationSetCodec = createCodec<ClassificationSet>('classification-set')
export const containerEventCodec = createCodec<ContainerEvent>('container-event')
export const deadLetterCodec = createCodec<DeadLetter>('dead-letter')
export const documentEventCodec = createCodec<DocumentEvent>('document-event')
export const embeddingSetCodec = createCodec<EmbeddingSet>('embedding-set')
export const ledgerEntryCodec = createCodec<LedgerEntry>('ledger-entry')
export const preparedDocumentCodec = createCodec<PreparedDocument>('prepared-document')
export const preparedTextCodec = createCodec<PreparedText>('prepared-text')
export const summaryCodec = createCodec<Summary>('summary')

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
