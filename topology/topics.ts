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
import { topic } from './model/topic.ts'

/** The topics of the pipeline. The key of every record is its document id, so the order per document holds throughout. */
export const createTopics = (partitions: number) => ({
  topics: {
    containers: topic('archive.containers', containerEventCodec, { partitions }),
    documents: topic('archive.documents', documentEventCodec, {
      partitions,
      weigh: (event) => Number(event.bytes ?? 0n),
    }),
    prepared: topic('archive.prepared', preparedDocumentCodec, { partitions }),
    chunks: topic('archive.chunks', chunkSetCodec, { partitions }),
    embeddings: topic('archive.embeddings', embeddingSetCodec, { partitions }),
    classifications: topic('archive.classifications', classificationSetCodec, { partitions }),
    summaries: topic('archive.summaries', summaryCodec, { partitions, cleanup: 'compact' }),
  },
  deadLetters: topic('archive.dead-letters', deadLetterCodec, { partitions }),
  ledger: topic('archive.ledger', ledgerEntryCodec, { partitions }),
})
