import { asDocumentId, asTenantId, asUri } from '../../../schemas/brands.ts'
import type { EmbeddingSet, Summary } from '../../../schemas/generated/types.ts'

/** One input: the set of vectors of a revision and, for some, its summary. A function of its number. */
export interface SinkInput {
  readonly set: EmbeddingSet
  readonly summary: Summary | undefined
}

const documents = 400
export const dimensions = 16
const day = 24 * 60 * 60 * 1000
const start = Date.UTC(2024, 0, 1)

/**
 * Every eleventh input is one that was there before: the same once more, or by now an older revision. Otherwise revisions grow
 * with the number, so that documents come again and again, longer or shorter.
 */
export const sourceOf = (number: number): number =>
  number % 11 === 7 && number > 300 ? number - 1 - (number % 290) : number

const shareWithSummary = 4

export const inputOf = (given: number): SinkInput => {
  const number = sourceOf(given)
  const document = (number * 7919) % documents
  const envelope = {
    tenantId: asTenantId(document % 2 === 0 ? 'acme' : 'other'),
    documentId: asDocumentId(`00000000-0000-5000-8000-${document.toString().padStart(12, '0')}`),
    revision: BigInt(number + 1),
    archivedAt: start + number,
    ingestedAt: start + number,
    producedBy: {
      stage: 'proof',
      stageVersion: 1,
      codeVersion: 'proof',
      configHash: '',
      model: 'proof',
      modelVersion: '1',
      promptHash: null,
      policyVersion: null,
    },
    sentAt: start + (document % 3) * day,
    type: 'text/plain',
  }
  const count = 1 + ((Math.floor(number / documents) + 3 * document) % 5)
  const set: EmbeddingSet = {
    ...envelope,
    operation: 'ARCHIVE',
    chunkSetUri: asUri(`memory:///chunks/${number}.avro`),
    ordinal: 0,
    sets: 1,
    dimensions,
    encoding: 'FLOAT32_LE',
    vectors: Array.from({ length: count }, (_, ordinal) => ({
      chunkId: `${number}-${ordinal}`,
      ordinal,
      tokens: ordinal + 1,
      vector: vectorOf(number, ordinal),
    })),
    failed: [],
    usage: null,
  }
  const summary: Summary = {
    ...envelope,
    operation: 'ARCHIVE',
    status: 'OK',
    text: `summary ${number}`,
    summaryUri: null,
    sha256: null,
    preparedUri: null,
    tokensIn: 3,
    tokensOut: 2,
    citations: [],
    points: [],
    fallback: null,
    usage: null,
  }
  return { set, summary: number % shareWithSummary === 0 ? summary : undefined }
}

const vectorOf = (number: number, ordinal: number): Uint8Array => {
  const bytes = Buffer.alloc(dimensions * 4)
  for (let i = 0; i < dimensions; i++)
    bytes.writeFloatLE(Math.sin(number * 17 + ordinal * 5 + i + 1), i * 4)
  return bytes
}
