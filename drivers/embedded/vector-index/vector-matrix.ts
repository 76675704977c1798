import type {
  TermQuery,
  TermWeights,
  VectorMatch,
  VectorPayload,
  VectorPoint,
  VectorQuery,
} from '../../../topology/ports/vector-index.ts'
import { hitIn, raritiesOf, scoreOf, type TermHit } from './search-terms.ts'

/** Vectors of equal length in memory, searched row by row. */
export interface VectorMatrix {
  readonly set: (point: VectorPoint) => void
  readonly remove: (id: string) => void
  /** Best first; ties by id. Gives the thread back between slices of rows. */
  readonly search: (query: VectorQuery) => Promise<readonly VectorMatch[]>
  /** The same by words. Every row is looked at: there is no index to keep up with the rows. */
  readonly searchTerms: (query: TermQuery) => Promise<readonly VectorMatch[]>
}

/** Rows scored without giving the thread back: about 2 ms of 384 dimensions. */
const sliceRows = 4096
const firstCapacity = 1024

interface Row {
  readonly id: string
  readonly terms: TermWeights | undefined
  readonly payload: VectorPayload
}

const lengthOf = (vector: Float32Array): number => {
  let sum = 0
  for (const value of vector) sum += value * value
  return Math.sqrt(sum)
}

/** Four sums at once keep the processor busy; the order of additions is fixed, so scores are equal everywhere. */
const dot = (rows: Float32Array, start: number, query: Float32Array): number => {
  const { length } = query
  const even = length - (length % 4)
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let i = 0; i < even; i += 4) {
    const at = start + i
    a += (rows[at] as number) * (query[i] as number)
    b += (rows[at + 1] as number) * (query[i + 1] as number)
    c += (rows[at + 2] as number) * (query[i + 2] as number)
    d += (rows[at + 3] as number) * (query[i + 3] as number)
  }
  for (let i = even; i < length; i++) a += (rows[start + i] as number) * (query[i] as number)
  return a + b + (c + d)
}

const matches = (payload: VectorPayload, filter: VectorQuery['filter']): boolean => {
  if (!filter) return true
  const { tenantId, documentId, type, sentFrom, sentTo } = filter
  if (tenantId !== undefined && payload.tenantId !== tenantId) return false
  if (documentId !== undefined && payload.documentId !== documentId) return false
  if (type !== undefined && payload.type !== type) return false
  if (sentFrom === undefined && sentTo === undefined) return true
  const { sentAt } = payload
  return sentAt !== undefined && sentAt >= (sentFrom ?? -Infinity) && sentAt <= (sentTo ?? Infinity)
}

const better = (a: VectorMatch, b: VectorMatch): number =>
  b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** Keeps the best `limit` of what is added: a list that is cut whenever it has doubled. */
const createBest = (limit: number) => {
  let kept: VectorMatch[] = []
  let floor = -Infinity
  const cut = (): void => {
    kept = kept.sort(better).slice(0, limit)
    if (kept.length === limit) floor = kept.at(-1)?.score ?? -Infinity
  }
  return {
    add: (match: VectorMatch): void => {
      if (match.score < floor) return
      kept.push(match)
      if (kept.length >= 2 * limit + 16) cut()
    },
    floor: () => floor,
    result: (): readonly VectorMatch[] => {
      cut()
      return kept
    },
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export const createVectorMatrix = (dimensions: number): VectorMatrix => {
  let values = new Float32Array(firstCapacity * dimensions)
  const rows: (Row | undefined)[] = []
  const rowOf = new Map<string, number>()
  const free: number[] = []

  const place = (id: string): number => {
    const row = rowOf.get(id) ?? free.pop() ?? rows.length
    if ((row + 1) * dimensions > values.length) {
      const larger = new Float32Array(values.length * 2)
      larger.set(values)
      values = larger
    }
    rowOf.set(id, row)
    return row
  }

  const score = (row: number, query: Float32Array): number => dot(values, row * dimensions, query)

  return {
    set: ({ id, vector, terms, payload }) => {
      const row = place(id)
      const scale = 1 / (lengthOf(vector) || 1)
      for (let i = 0; i < dimensions; i++)
        values[row * dimensions + i] = (vector[i] as number) * scale
      rows[row] = { id, terms, payload }
    },
    remove: (id) => {
      const row = rowOf.get(id)
      if (row === undefined) return
      rowOf.delete(id)
      rows[row] = undefined
      free.push(row)
    },
    search: async ({ vector, limit, filter }) => {
      const scale = 1 / (lengthOf(vector) || 1)
      const query = vector.map((value) => value * scale)
      const best = createBest(limit)
      for (let start = 0; start < rows.length; start += sliceRows) {
        if (start > 0) await nextTurn()
        const end = Math.min(start + sliceRows, rows.length)
        for (let index = start; index < end; index++) {
          const row = rows[index]
          if (!row || !matches(row.payload, filter)) continue
          const points = score(index, query)
          if (points >= best.floor()) best.add({ id: row.id, score: points, payload: row.payload })
        }
      }
      return best.result()
    },
    searchTerms: async ({ terms: wanted, limit, filter }) => {
      const hits: TermHit[] = []
      let withTerms = 0
      for (let start = 0; start < rows.length; start += sliceRows) {
        if (start > 0) await nextTurn()
        const end = Math.min(start + sliceRows, rows.length)
        for (let index = start; index < end; index++) {
          const terms = rows[index]?.terms
          if (!terms) continue
          withTerms += 1
          const hit = hitIn(index, terms, wanted)
          if (hit) hits.push(hit)
        }
      }
      const rarities = raritiesOf(hits, wanted, withTerms)
      const best = createBest(limit)
      for (const hit of hits) {
        const row = rows[hit.row]
        if (!row || !matches(row.payload, filter)) continue
        const score = scoreOf(hit, rarities)
        if (score >= best.floor()) best.add({ id: row.id, score, payload: row.payload })
      }
      return best.result()
    },
  }
}
