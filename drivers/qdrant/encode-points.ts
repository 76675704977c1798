import type { TermWeights, VectorPoint } from '../../topology/ports/vector-index.ts'
import { below, revisionParts } from './filters.ts'

/*
 * The body of `/points/batch`: one guarded upsert per revision. Vectors are brought to length 1, as the server does for
 * cosine anyway, and written with 8 decimals: off by at most 5e-9, a tenth of the step of a 32-bit float at 0.7.
 */

/** Bytes of `,-0.12345678`. */
const longestNumber = 12
const scale = 100_000_000

/** The four digits of every number below 10,000. */
const digits = Buffer.from(
  Array.from({ length: 10_000 }, (_, number) => String(number).padStart(4, '0')).join(''),
)

const lengthOf = (vector: Float32Array): number => {
  let sum = 0
  for (const value of vector) sum += value * value
  return Math.sqrt(sum)
}

const [minus, dot, zero, one, comma] = Array.from('-.01,', (each) => each.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
]

/** Writes `[0.6,-0.8]` at `at`; answers where it ends. A vector without length stays one. */
export const writeVector = (into: Buffer, at: number, vector: Float32Array): number => {
  const factor = scale / (lengthOf(vector) || 1)
  into[at++] = 0x5b
  for (let index = 0; index < vector.length; index++) {
    if (index > 0) into[at++] = comma
    let value = Math.round((vector[index] as number) * factor)
    if (value < 0) {
      into[at++] = minus
      value = -value
    }
    into[at++] = value >= scale ? one : zero
    const decimals = value % scale
    if (decimals === 0) continue
    into[at++] = dot
    const upper = (decimals / 10_000) | 0
    at = copyFour(into, at, upper)
    at = copyFour(into, at, decimals - upper * 10_000)
  }
  into[at++] = 0x5d
  return at
}

const copyFour = (into: Buffer, at: number, number: number): number => {
  const from = number * 4
  into[at] = digits[from] as number
  into[at + 1] = digits[from + 1] as number
  into[at + 2] = digits[from + 2] as number
  into[at + 3] = digits[from + 3] as number
  return at + 4
}

/** The payload, with the revision in all its digits. */
const payloadOf = ({ payload }: VectorPoint): string => {
  const { revision, ...rest } = payload
  const others = JSON.stringify({ ...rest, ...revisionParts(revision) })
  return `{"revision":${revision},${others.slice(1)}`
}

/** Weights with four decimals: they are estimates anyhow. */
const termsOf = ({ terms, weights }: TermWeights): string =>
  `{"indices":[${terms.join(',')}],"values":[${Array.from(weights, (weight) => Math.round(weight * 10_000) / 10_000).join(',')}]}`

const byRevision = (
  points: readonly VectorPoint[],
): ReadonlyMap<bigint, readonly VectorPoint[]> => {
  const groups = new Map<bigint, VectorPoint[]>()
  for (const point of points) {
    const group = groups.get(point.payload.revision)
    if (group) group.push(point)
    else groups.set(point.payload.revision, [point])
  }
  return groups
}

/** Points as one request. None of them replaces a point of an equal or newer revision. */
export const encodePoints = (points: readonly VectorPoint[]): Buffer => {
  const pieces: (string | VectorPoint)[] = ['{"operations":[']
  let first = true
  for (const [revision, group] of byRevision(points)) {
    pieces.push(first ? '{"upsert":{"points":[' : ',{"upsert":{"points":[')
    first = false
    for (const [index, point] of group.entries()) {
      pieces.push(
        `${index > 0 ? ',' : ''}{"id":"${point.id}","payload":${payloadOf(point)},"vector":{"dense":`,
      )
      pieces.push(point, point.terms ? `,"terms":${termsOf(point.terms)}}}` : '}}')
    }
    pieces.push(`],"update_filter":${JSON.stringify({ must: [below(revision)] })}}}`)
  }
  pieces.push(']}')
  return join(pieces)
}

/** Three bytes are the most that a UTF-16 unit takes. */
const roomFor = (piece: string | VectorPoint): number =>
  typeof piece === 'string' ? piece.length * 3 : piece.vector.length * longestNumber + 2

const join = (pieces: readonly (string | VectorPoint)[]): Buffer => {
  const into = Buffer.allocUnsafe(pieces.reduce((sum, piece) => sum + roomFor(piece), 0))
  let at = 0
  for (const piece of pieces) {
    at =
      typeof piece === 'string' ? at + into.write(piece, at) : writeVector(into, at, piece.vector)
  }
  return into.subarray(0, at)
}
