import type { VectorFilter, VectorPayload } from '../../../topology/ports/vector-index.ts'

export const matches = (payload: VectorPayload, filter: VectorFilter | undefined): boolean => {
  if (!filter) return true
  const { tenantId, documentId, type, sentFrom, sentTo } = filter
  if (tenantId !== undefined && payload.tenantId !== tenantId) return false
  if (documentId !== undefined && payload.documentId !== documentId) return false
  if (type !== undefined && payload.type !== type) return false
  if (sentFrom === undefined && sentTo === undefined) return true
  const { sentAt } = payload
  return sentAt !== undefined && sentAt >= (sentFrom ?? -Infinity) && sentAt <= (sentTo ?? Infinity)
}

/** What filters ask for, in arrays: payloads lie all over the memory, and looking at each takes longer than a search. */
export interface FilterColumns {
  readonly set: (row: number, payload: VectorPayload) => void
  /** False only for rows that do not match. */
  readonly mayMatch: (filter: VectorFilter) => (row: number) => boolean
}

/** FNV-1a of the UTF-16 units. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}

/** Hashes of tenant, document and type. */
const textsOfRow = 3

export const createFilterColumns = (): FilterColumns => {
  let texts = new Int32Array()
  // NaN where there is none, which is in no range.
  let times = new Float64Array()

  const grow = (rows: number): void => {
    const [moreTexts, moreTimes] = [new Int32Array(rows * textsOfRow), new Float64Array(rows)]
    moreTexts.set(texts)
    moreTimes.set(times)
    texts = moreTexts
    times = moreTimes
  }

  return {
    set: (row, { tenantId, documentId, type, sentAt }) => {
      if (row >= times.length) grow(Math.max(1024, 2 * row))
      const at = row * textsOfRow
      texts[at] = hashOf(tenantId)
      texts[at + 1] = hashOf(documentId)
      texts[at + 2] = hashOf(type)
      times[row] = sentAt ?? NaN
    },
    mayMatch: ({ tenantId, documentId, type, sentFrom, sentTo }) => {
      const tenant = tenantId === undefined ? undefined : hashOf(tenantId)
      const document = documentId === undefined ? undefined : hashOf(documentId)
      const kind = type === undefined ? undefined : hashOf(type)
      const timed = sentFrom !== undefined || sentTo !== undefined
      const [from, to] = [sentFrom ?? -Infinity, sentTo ?? Infinity]
      return (row) => {
        const at = row * textsOfRow
        if (tenant !== undefined && texts[at] !== tenant) return false
        if (document !== undefined && texts[at + 1] !== document) return false
        if (kind !== undefined && texts[at + 2] !== kind) return false
        if (!timed) return true
        const time = times[row] as number
        return time >= from && time <= to
      }
    },
  }
}
