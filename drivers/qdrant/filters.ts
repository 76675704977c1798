import type { DocumentId } from '../../schemas/brands.ts'
import type { VectorFilter } from '../../topology/ports/vector-index.ts'

/** A condition or filter as the server takes it. */
export type Condition = Readonly<Record<string, unknown>>

/*
 * The server compares ranges as 64-bit floats, which tell whole numbers apart up to 2^53. Revisions from there on also
 * have their upper and lower 32 bits as numbers of their own.
 */
const exact = 2n ** 53n
const high = (revision: bigint): number => Number(revision >> 32n)
const low = (revision: bigint): number => Number(BigInt.asUintN(32, revision))

/** Fields of a payload beside `revision`, for {@link below}. */
export const revisionParts = (revision: bigint): Readonly<Record<string, number>> =>
  revision < exact ? {} : { revisionHigh: high(revision), revisionLow: low(revision) }

/** The revision in a payload, which a reader of JSON may have rounded. */
export const revisionIn = (payload: Readonly<Record<string, unknown>>): bigint => {
  const { revision, revisionHigh, revisionLow } = payload
  if (typeof revisionHigh === 'number' && typeof revisionLow === 'number')
    return (BigInt(revisionHigh) << 32n) | BigInt(revisionLow)
  return BigInt(revision as number)
}

/** Matches points of an earlier revision. Whole revisions below 2^53 need one comparison. */
export const below = (revision: bigint): Condition =>
  revision <= exact
    ? { key: 'revision', range: { lt: Number(revision) } }
    : {
        should: [
          { key: 'revision', range: { lt: Number(exact) } },
          { key: 'revisionHigh', range: { lt: high(revision) } },
          {
            must: [
              { key: 'revisionHigh', match: { value: high(revision) } },
              { key: 'revisionLow', range: { lt: low(revision) } },
            ],
          },
        ],
      }

/** Matches the points of these documents that are of an earlier revision. */
export const olderPoints = (ids: readonly DocumentId[], revision: bigint): Condition => ({
  must: [{ key: 'documentId', match: { any: ids } }, below(revision)],
})

const equal = (key: string, value: string | undefined): readonly Condition[] =>
  value === undefined ? [] : [{ key, match: { value } }]

export const filterOf = (filter: VectorFilter | undefined): Condition | undefined => {
  if (!filter) return undefined
  const { tenantId, documentId, type, sentFrom, sentTo } = filter
  const range = {
    ...(sentFrom !== undefined && { gte: sentFrom }),
    ...(sentTo !== undefined && { lte: sentTo }),
  }
  const must = [
    ...equal('tenantId', tenantId),
    ...equal('documentId', documentId),
    ...equal('type', type),
    ...(Object.keys(range).length > 0 ? [{ key: 'sentAt', range }] : []),
  ]
  return must.length > 0 ? { must } : undefined
}
