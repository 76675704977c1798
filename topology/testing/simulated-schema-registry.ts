import type { Codec } from '../../schemas/codec.ts'
import { Undecodable, type SchemaRegistry, type Serde } from '../ports/schema-registry.ts'

/** Serdes that write the plain Avro bytes of the codec, without a schema id. */
export const simulatedSchemaRegistry: SchemaRegistry = {
  open: async (codec) => serdeOf(codec),
  close: async () => {},
}

const serdeOf = <T>(codec: Codec<T>): Serde<T> => ({
  encode: (value) => codec.encode(value),
  decode: (bytes) => {
    try {
      return codec.decode(bytes)
    } catch (error) {
      throw new Undecodable('the bytes do not fit the schema', error)
    }
  },
})
