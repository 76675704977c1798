import type { Codec } from '../../schemas/codec.ts'

/** Gives every schema its id and turns values into the wire format and back. */
export interface SchemaRegistry {
  /** Looks the schema up (or registers it, where that is allowed) and returns its serde. Called before the first record. */
  readonly open: <T>(codec: Codec<T>) => Promise<Serde<T>>
  readonly close: () => Promise<void>
}

/** Confluent wire format: byte 0, schema id as int32 big-endian, Avro binary. */
export interface Serde<T> {
  readonly encode: (value: T) => Uint8Array
  /** Throws {@link Undecodable} for bytes that are not a known schema's. A promise only for a schema id not yet seen. */
  readonly decode: (bytes: Uint8Array) => T | Promise<T>
}

/** Thrown when a record's bytes cannot be read. The message never holds the bytes. */
export class Undecodable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'Undecodable'
  }
}
