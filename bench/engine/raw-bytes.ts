import type { Codec } from '../../schemas/codec.ts'
import type { SchemaRegistry, Serde } from '../../topology/ports/schema-registry.ts'

/** Values as they are. */
export const rawBytes: Codec<Uint8Array> = {
  subject: 'bytes',
  schema: '"bytes"',
  fingerprint: 'bytes',
  encode: (value) => value,
  decode: (bytes) => bytes,
  decoderFor: () => (bytes) => bytes,
}

const rawSerde: Serde<Uint8Array> = { encode: (value) => value, decode: (bytes) => bytes }

/** Raw bytes go without the wire format; other codecs are those of `registry`. */
export const withRawBytes = (registry: SchemaRegistry): SchemaRegistry => ({
  open: <T>(codec: Codec<T>): Promise<Serde<T>> =>
    codec.fingerprint === rawBytes.fingerprint
      ? Promise.resolve(rawSerde as unknown as Serde<T>)
      : registry.open(codec),
  close: registry.close,
})
