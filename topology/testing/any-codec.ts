import { deserialize, serialize } from 'node:v8'
import type { Codec } from '../../schemas/codec.ts'

/** Any value that can be cloned, so that a stage can be tested before its records have a schema. */
export const anyCodec = <T>(subject: string): Codec<T> => {
  const decode = (bytes: Uint8Array): T => deserialize(bytes) as T
  return {
    subject,
    schema: '"bytes"',
    fingerprint: subject,
    encode: (value) => serialize(value),
    decode,
    decoderFor: () => decode,
  }
}
