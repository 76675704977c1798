import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type avro from 'avsc'
import { encodeToSlab } from './encode-to-slab.ts'
import { bytesOfLong, isLong, longOfBytes } from './long-bytes.ts'

const require = createRequire(import.meta.url)

/** Turns values of one subject into Avro binary and back. Synchronous and free of side effects. */
export interface Codec<T> {
  /** Name of the subject, and of the `.avsc` file. */
  readonly subject: string
  /** The schema as JSON text, with docs. */
  readonly schema: string
  /** Hex SHA-256 of the schema in Parsing Canonical Form: equal exactly for equal wire formats. */
  readonly fingerprint: string
  /**
   * Avro binary, after `room` bytes (none) that the caller fills. A view of memory that it shares with other values: copy it
   * before it goes to another thread. Throws {@link Error} when `value` does not fit the schema; the message names the field,
   * never its value.
   */
  readonly encode: (value: T, room?: number) => Uint8Array
  /** Throws when the bytes are not of this schema. */
  readonly decode: (bytes: Uint8Array) => T
  /** A decoder for bytes written with an older or newer schema of this subject. Throws when the two do not resolve. */
  readonly decoderFor: (writerSchema: string) => (bytes: Uint8Array) => T
}

interface AvroTypes {
  readonly Type: typeof avro.Type
  readonly registry: Readonly<Record<string, avro.Type>>
}

/** The types alone, not the services and container files around them: a third of the time to load. */
const loadTypes = (): AvroTypes => {
  const { Type, builtins } = require('avsc/lib/types.js') as {
    readonly Type: typeof avro.Type
    readonly builtins: typeof avro.types
  }

  /** Avro long as bigint: lossless over the whole 64 bits. */
  const bigLong = builtins.LongType.__with(
    {
      fromBuffer: longOfBytes,
      toBuffer: bytesOfLong,
      fromJSON: (value: number | string) => BigInt(value),
      toJSON: Number,
      isValid: isLong,
      compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
    },
    true,
  )

  /** Avro bytes from any Uint8Array: what comes back from a worker thread is no longer a Buffer. */
  class AnyBytes extends builtins.LogicalType {
    protected override _fromValue(value: unknown): unknown {
      return value
    }

    protected override _toValue(value: unknown): unknown {
      return value instanceof Uint8Array ? asBuffer(value) : undefined
    }

    protected override _resolve(writer: avro.Type): ((value: unknown) => unknown) | undefined {
      return Type.isType(writer, 'bytes', 'logical:any-bytes') ? (value) => value : undefined
    }
  }

  const bytes = new AnyBytes({ type: 'bytes', logicalType: 'any-bytes' })
  return { Type, registry: { long: bigLong, bytes } }
}

/** Loaded with the first schema: who only hands bytes on needs none. */
let types: AvroTypes | undefined

/**
 * A plain `"long"` takes our long from the registry. A timestamp is written as `{"type": "long", …}` and so gets avsc's own
 * long: a number, which refuses what a double cannot hold exactly.
 */
const parse = (schema: string): avro.Type => {
  types ??= loadTypes()
  // The library writes the types that it finds into the registry.
  return types.Type.forSchema(JSON.parse(schema) as avro.Schema, {
    registry: { ...types.registry },
  })
}

const explain = (type: avro.Type, subject: string, value: unknown): Error => {
  const paths: string[] = []
  type.isValid(value, { errorHook: (path: string[]) => void paths.push(path.join('.')) })
  return new Error(`${subject}: value does not fit the schema at ${paths.join(', ') || '(root)'}`)
}

const encode = (type: avro.Type, subject: string, value: unknown, room: number): Uint8Array => {
  try {
    return encodeToSlab(type, value, room)
  } catch {
    throw explain(type, subject, value)
  }
}

/** Reads `schemas/<subject>.avsc` of this package. */
export const readSchema = (subject: string): string =>
  readFileSync(new URL(import.meta.resolve(`#schemas/${subject}.avsc`)), 'utf8')

const fingerprintOf = (type: avro.Type): string =>
  createHash('sha256').update(JSON.stringify(type.schema())).digest('hex')

/** Makes a codec from schema text; {@link createCodec} is for the schemas of this package. Throws when it is no schema. */
export const codecFromSchema = <T>(subject: string, schema: string): Codec<T> => {
  const type = parse(schema)
  return {
    subject,
    schema,
    fingerprint: fingerprintOf(type),
    encode: (value, room = 0) => encode(type, subject, value, room),
    decode: (bytes) => type.fromBuffer(asBuffer(bytes)) as T,
    decoderFor: (writerSchema) => {
      const writer = parse(writerSchema)
      const resolver = type.createResolver(writer)
      return (bytes) => type.fromBuffer(asBuffer(bytes), resolver) as T
    },
  }
}

/**
 * Reads and parses the schema when a value is first encoded or decoded: each takes milliseconds, there are more than ten, and
 * most processes use a few. So the fingerprint is given, as it was generated.
 */
export const createCodec = <T>(subject: string, fingerprint: string): Codec<T> => {
  let made: Codec<T> | undefined
  const codec = (): Codec<T> => (made ??= codecFromSchema<T>(subject, readSchema(subject)))
  return {
    subject,
    get schema() {
      return codec().schema
    },
    fingerprint,
    encode: (value, room) => codec().encode(value, room),
    decode: (bytes) => codec().decode(bytes),
    decoderFor: (writerSchema) => codec().decoderFor(writerSchema),
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
