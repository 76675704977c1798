import { startWasm, wasmPageBytes, type WasmMemory } from '../../../topology/model/wasm-module.ts'
import { scoreRowsModule } from './score-rows-module.ts'

/** Rows of numbers of equal length, one after the other in memory. */
export interface RowBlock {
  /** Makes room for the row where there is none. */
  readonly write: (row: number, vector: Float32Array, scale: number) => void
  /** The product of a row and a query in double precision, added up in one fixed order: the same on every machine. */
  readonly dot: (row: number, query: Float32Array) => number
  /** The products of the listed rows, of which there must be some, off by at most {@link scoreError}. Read them before the next call. */
  readonly score: (query: Float32Array, list: Uint32Array) => Float32Array
}

/** Rows that may be asked for at once. */
export const mostListed = 4096

/**
 * How far `score` is from `dot` at most, where no row and no query is longer than 1: every product and every addition is
 * rounded by 2^-24 of what the terms come to at most, which is 1. There are a sixteenth of the dimensions of them, one after the
 * other, and five at the end; twice that, for lengths that were rounded themselves.
 */
export const scoreError = (dimensions: number): number => (dimensions / 16 + 8) * 2 ** -23

const firstRows = 1024

/** Four sums at once keep the processor busy. */
const dotOf = (rows: Float32Array, start: number, query: Float32Array): number => {
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

/** Where rows lie: `first` is the place of row 0 in `values()`, which is another array once there is more room. */
interface Store {
  readonly stride: number
  readonly first: number
  readonly values: () => Float32Array
  readonly grow: (rows: number) => void
}

const writeAndDot = ({ stride, first, values, grow }: Store): Pick<RowBlock, 'write' | 'dot'> => ({
  write: (row, vector, scale) => {
    const start = first + row * stride
    if (start + stride > values().length) grow(Math.max(firstRows, 2 * row))
    const numbers = values()
    for (let i = 0; i < vector.length; i++) numbers[start + i] = (vector[i] as number) * scale
  },
  dot: (row, query) => dotOf(values(), first + row * stride, query),
})

/** For machines without vector instructions. */
export const createPlainBlock = (dimensions: number): RowBlock => {
  let values = new Float32Array()
  const scores = new Float32Array(mostListed)
  const store: Store = {
    stride: dimensions,
    first: 0,
    values: () => values,
    grow: (rows) => {
      const larger = new Float32Array(rows * dimensions)
      larger.set(values)
      values = larger
    },
  }
  return {
    ...writeAndDot(store),
    score: (query, list) => {
      for (const [place, row] of list.entries())
        scores[place] = dotOf(values, row * dimensions, query)
      return scores
    },
  }
}

/** Places are bytes (score-rows.wat). */
interface Module {
  readonly memory: WasmMemory
  readonly score: (
    list: number,
    count: number,
    rows: number,
    stride: number,
    query: number,
    scores: number,
  ) => void
}

/** Filled up with zeros, so that no numbers are left over. */
const paddedLength = (dimensions: number): number => 16 * Math.max(1, Math.ceil(dimensions / 16))

/** Four numbers at a time. In its memory lie the scores, the list, the query, then the rows. */
const createVectorBlock = (dimensions: number): RowBlock => {
  const stride = paddedLength(dimensions)
  const queryAt = 2 * mostListed
  const first = queryAt + stride
  const { memory, score } = startWasm<Module>(scoreRowsModule)
  const grow = (rows: number): void => {
    const missing = (first + rows * stride) * 4 - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / wasmPageBytes))
    values = new Float32Array(memory.buffer)
  }
  let values = new Float32Array(memory.buffer)
  const store: Store = {
    stride,
    first,
    values: () => values,
    grow,
  }
  grow(0)
  return {
    ...writeAndDot(store),
    score: (query, list) => {
      new Uint32Array(memory.buffer, 4 * mostListed, mostListed).set(list)
      values.set(query, queryAt)
      score(4 * mostListed, list.length, 4 * first, 4 * stride, 4 * queryAt, 0)
      return values
    },
  }
}

/** In WebAssembly where the machine can, four numbers at a time. */
export const createRowBlock = (dimensions: number): RowBlock => {
  try {
    return createVectorBlock(dimensions)
  } catch {
    return createPlainBlock(dimensions)
  }
}

/** Rows that one block takes, of some 256 MiB: no more than its addresses reach. */
export const rowsOfBlock = (dimensions: number): number =>
  Math.max(1, Math.floor(2 ** 26 / paddedLength(dimensions)))
