import type {
  TermQuery,
  TermWeights,
  VectorFilter,
  VectorMatch,
  VectorPayload,
  VectorPoint,
  VectorQuery,
} from '../../../topology/ports/vector-index.ts'
import { createBestMatches } from './best-matches.ts'
import { createFilterColumns, matches } from './filter-columns.ts'
import { createRowBlock, mostListed, rowsOfBlock, scoreError, type RowBlock } from './row-block.ts'
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

/** Rows looked at without giving the thread back: half a millisecond of 384 dimensions. */
const sliceRows = mostListed

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

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** How rows are kept; otherwise by what the machine can do. */
export interface VectorMatrixOptions {
  readonly createBlock?: (dimensions: number) => RowBlock
  readonly blockRows?: number
}

export const createVectorMatrix = (
  dimensions: number,
  options: VectorMatrixOptions = {},
): VectorMatrix => {
  const { createBlock = createRowBlock, blockRows = rowsOfBlock(dimensions) } = options
  const error = scoreError(dimensions)
  const blocks: RowBlock[] = []
  const rows: (Row | undefined)[] = []
  const rowOf = new Map<string, number>()
  const free: number[] = []
  const columns = createFilterColumns()
  const listed = new Uint32Array(sliceRows)

  const blockOf = (row: number): RowBlock =>
    (blocks[Math.floor(row / blockRows)] ??= createBlock(dimensions))

  /** Of a slice inside a block, rows that may match, counted from the first one of the block. */
  const list = (start: number, end: number, filter: VectorFilter | undefined): Uint32Array => {
    const first = start - (start % blockRows)
    const mayMatch = filter && columns.mayMatch(filter)
    let count = 0
    for (let row = start; row < end; row++)
      if (rows[row] && (!mayMatch || mayMatch(row))) listed[count++] = row - first
    return listed.subarray(0, count)
  }

  const endOfSlice = (start: number): number =>
    Math.min(start + sliceRows, start - (start % blockRows) + blockRows, rows.length)

  return {
    set: ({ id, vector, terms, payload }) => {
      const row = rowOf.get(id) ?? free.pop() ?? rows.length
      rowOf.set(id, row)
      blockOf(row).write(row % blockRows, vector, 1 / (lengthOf(vector) || 1))
      rows[row] = { id, terms, payload }
      columns.set(row, payload)
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
      const best = createBestMatches(limit)
      for (let start = 0, end; start < rows.length; start = end) {
        if (start > 0) await nextTurn()
        end = endOfSlice(start)
        const wanted = list(start, end, filter)
        if (wanted.length === 0) continue
        const block = blockOf(start)
        const first = start - (start % blockRows)
        const scores = block.score(query, wanted)
        for (let place = 0; place < wanted.length; place++) {
          // Only what may be among the best is worth the exact score.
          if (!((scores[place] as number) >= best.floor() - error)) continue
          const number = wanted[place] as number
          const row = rows[first + number]
          if (!row || !matches(row.payload, filter)) continue
          const score = block.dot(number, query)
          if (score >= best.floor()) best.add({ id: row.id, score, payload: row.payload })
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
      const best = createBestMatches(limit)
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
