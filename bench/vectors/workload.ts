import { asDocumentId, asTenantId, asUri } from '../../schemas/brands.ts'
import { uuidV5 } from '../../topology/model/uuid.ts'
import type { VectorPoint } from '../../topology/ports/vector-index.ts'

export const dimensions = 384

/** Numbers that are the same in every run: a linear congruential generator. */
const createNumbers = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32 - 0.5
  }
}

export const vectorOf = (seed: number): Float32Array => {
  const next = createNumbers(seed + 1)
  // Neighbouring seeds begin with neighbouring numbers.
  for (let skipped = 0; skipped < 8; skipped++) next()
  return Float32Array.from({ length: dimensions }, next)
}

/** Points as the sink makes them, five to a document. */
export const pointsFrom = (first: number, count: number): readonly VectorPoint[] =>
  Array.from({ length: count }, (_, index) => {
    const number = first + index
    const document = Math.floor(number / 5)
    return {
      id: uuidV5(`point ${number}`),
      vector: vectorOf(number),
      payload: {
        tenantId: asTenantId('bench'),
        documentId: asDocumentId(uuidV5(`document ${document}`)),
        revision: 1_700_000_000_000n + BigInt(document),
        chunkId: uuidV5(`chunk ${number}`),
        ordinal: number % 5,
        chunkSetUri: asUri(`s3://bench/chunks/${document}.avro`),
        type: 'message/rfc822',
        sentAt: 1_700_000_000_000 + number,
      },
    }
  })
