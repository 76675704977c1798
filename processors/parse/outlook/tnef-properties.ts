import type { MapiProperties, MapiProperty } from './mapi-properties.ts'

/** Properties of one list and rows of one table that are read. */
const MOST = 10_000

const NAMED = 0x8000
const MULTIPLE = 0x1000

/** Bytes of a value of fixed size, padded to four; the others say their size themselves. */
const FIXED_BYTES: ReadonlyMap<number, number> = new Map([
  [0x0002, 4],
  [0x0003, 4],
  [0x0004, 4],
  [0x0005, 8],
  [0x0006, 8],
  [0x0007, 8],
  [0x000a, 4],
  [0x000b, 4],
  [0x0014, 8],
  [0x0040, 8],
  [0x0048, 16],
])

/** The properties of a message or an attachment (MS-OXTNEF 2.1.3.4). A damaged list gives those before the damage. */
export const readTnefProperties = (bytes: Buffer): MapiProperties =>
  readProperties({ bytes, position: 0 })

/** The properties of each recipient. */
export const readTnefRows = (bytes: Buffer): readonly MapiProperties[] => {
  const cursor = { bytes, position: 0 }
  const rows: MapiProperties[] = []
  const count = Math.min(take32(cursor) ?? 0, MOST)
  while (rows.length < count && cursor.position < bytes.length) rows.push(readProperties(cursor))
  return rows
}

interface Cursor {
  readonly bytes: Buffer
  position: number
}

const readProperties = (cursor: Cursor): MapiProperties => {
  const properties = new Map<number, MapiProperty>()
  const count = Math.min(take32(cursor) ?? 0, MOST)
  for (let index = 0; index < count; index += 1) {
    const tag = take32(cursor)
    if (tag === undefined) break
    const id = tag >>> 16
    const type = tag & 0xffff
    if (id >= NAMED && !skipName(cursor)) break
    const value = readValue(cursor, type)
    if (value === undefined) break
    properties.set(id, { type: type & ~MULTIPLE, value: () => value })
  }
  return properties
}

const take32 = (cursor: Cursor): number | undefined => {
  if (cursor.position + 4 > cursor.bytes.length) return undefined
  cursor.position += 4
  return cursor.bytes.readUInt32LE(cursor.position - 4)
}

/** Takes bytes with their padding to four; undefined where there are fewer. */
const take = (cursor: Cursor, length: number): Buffer | undefined => {
  const start = cursor.position
  if (start + length > cursor.bytes.length) return undefined
  cursor.position = start + Math.ceil(length / 4) * 4
  return cursor.bytes.subarray(start, start + length)
}

/** A named property carries its name: a GUID, and a number or a text. */
const skipName = (cursor: Cursor): boolean => {
  if (take(cursor, 16) === undefined) return false
  const kind = take32(cursor)
  const length = kind === 0 ? 4 : take32(cursor)
  return length !== undefined && take(cursor, length) !== undefined
}

/** The value, of several the first. */
const readValue = (cursor: Cursor, type: number): Buffer | undefined => {
  const fixed = FIXED_BYTES.get(type & ~MULTIPLE)
  const counted = fixed === undefined || (type & MULTIPLE) !== 0
  const count = counted ? take32(cursor) : 1
  if (count === undefined || count > cursor.bytes.length) return undefined
  let first: Buffer = Buffer.alloc(0)
  for (let index = 0; index < count; index += 1) {
    const length = fixed ?? take32(cursor)
    const value = length === undefined ? undefined : take(cursor, length)
    if (value === undefined) return undefined
    if (index === 0) first = value
  }
  return first
}
