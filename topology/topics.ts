import {
  chunkSetCodec,
  classificationSetCodec,
  containerEventCodec,
  deadLetterCodec,
  documentEventCodec,
  embeddingSetCodec,
  ledgerEntryCodec,
  preparedDocumentCodec,
  summaryCodec,
} from '../schemas/generated/codecs.ts'
import type { ChunkSet, PreparedDocument } from '../schemas/generated/types.ts'
import { topic } from './model/topic.ts'

/** Of its text in memory: as it is read, as a model is given it, and the spans. */
const preparedBytes = ({ characters }: PreparedDocument): number => 4 * characters

/** Of its chunks in memory while models are asked: text and ids as they are read and as a model is given them; results, such as a vector. */
const chunkSetBytes = ({ tokens, chunks }: ChunkSet): number => 16 * tokens + 2_048 * chunks

/** The topics of the pipeline. The key of every record is its document id, so the order per document holds throughout. */
export const createTopics = (partitions: number) => ({
  topics: {
    containers: topic('archive.containers', containerEventCodec, { partitions }),
    documents: topic('archive.documents', documentEventCodec, {
      partitions,
      weigh: (event) => Number(event.bytes ?? 0n),
    }),
    prepared: topic('archive.prepared', preparedDocumentCodec, {
      partitions,
      weigh: preparedBytes,
    }),
    chunks: topic('archive.chunks', chunkSetCodec, { partitions, weigh: chunkSetBytes }),
    embeddings: topic('archive.embeddings', embeddingSetCodec, { partitions }),
    classifications: topic('archive.classifications', classificationSetCodec, { partitions }),
    summaries: topic('archive.summaries', summaryCodec, { partitions, cleanup: 'compact' }),
  },
  deadLetters: topic('archive.dead-letters', deadLetterCodec, { partitions }),
  ledger: topic('archive.ledger', ledgerEntryCodec, { partitions }),
})
