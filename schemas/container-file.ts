import { createHash } from 'node:crypto'
import avro from 'avsc'
import type { Codec } from './codec.ts'

/**
 * Avro object container files with one block, written synchronously and deterministically: the sync marker comes from
 * the schema instead of a random source, so equal values give equal bytes.
 *
 * Format: https://avro.apache.org/docs/1.12.0/specification/#object-container-files
 */
const magic = Buffer.from('Obj\x01', 'latin1')
const metaType = avro.Type.forSchema({ type: 'map', values: 'bytes' })
const countType = avro.Type.forSchema('long')

interface Header {
  readonly bytes: Buffer
  readonly sync: Buffer
}

const headers = new WeakMap<Codec<unknown>, Header>()

const withoutDocs = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(withoutDocs)
  if (schema === null || typeof schema !== 'object') return schema
  const entries = Object.entries(schema).filter(([key]) => key !== 'doc' && key !== 'brand')
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key === 'default' ? value : withoutDocs(value)]),
  )
}

const headerOf = (codec: Codec<unknown>): Header => {
  const known = headers.get(codec)
  if (known) return known
  const schema = JSON.stringify(withoutDocs(JSON.parse(codec.schema)))
  const sync = createHash('sha256').update(codec.fingerprint).digest().subarray(0, 16)
  const meta = metaType.toBuffer({
    'avro.schema': Buffer.from(schema),
    'avro.codec': Buffer.from('null'),
  })
  const header = { bytes: Buffer.concat([magic, meta, sync]), sync }
  headers.set(codec, header)
  return header
}

/** One value as an Avro object container file. */
export const encodeFile = <T>(codec: Codec<T>, value: T): Uint8Array => {
  const header = headerOf(codec as Codec<unknown>)
  const body = codec.encode(value)
  const counts = Buffer.concat([countType.toBuffer(1), countType.toBuffer(body.length)])
  return Buffer.concat([header.bytes, counts, body, header.sync])
}

/**
 * Reads the one value of a file made by {@link encodeFile}, also when its schema is an older or newer version.
 * Throws when the bytes are not such a file.
 */
export const decodeFile = <T>(codec: Codec<T>, bytes: Uint8Array): T => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const header = headerOf(codec as Codec<unknown>)
  if (file.subarray(0, header.bytes.length).equals(header.bytes)) {
    return codec.decode(blockOf(file, header.bytes.length))
  }
  return decodeOther(codec, file)
}

const decodeOther = <T>(codec: Codec<T>, file: Buffer): T => {
  if (!file.subarray(0, 4).equals(magic)) throw new Error('not an Avro object container file')
  const meta = metaType.decode(file, 4) as { value: Record<string, Buffer>; offset: number }
  const schema = meta.value['avro.schema']
  if (meta.offset < 0 || !schema) throw new Error('Avro object container file without a schema')
  return codec.decoderFor(schema.toString('utf8'))(blockOf(file, meta.offset + 16))
}

const blockOf = (file: Buffer, offset: number): Buffer => {
  const count = countType.decode(file, offset) as { value: number; offset: number }
  const size = countType.decode(file, count.offset) as { value: number; offset: number }
  const end = size.offset + size.value
  if (size.offset < 0 || end + 16 > file.length) {
    throw new Error('truncated Avro object container file')
  }
  return file.subarray(size.offset, end)
}
