import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { codecFromSchema, type Codec } from '../../../schemas/codec.ts'
import {
  Undecodable,
  type SchemaRegistry,
  type Serde,
} from '../../../topology/ports/schema-registry.ts'
import { encodeFramed, headerBytes, readId } from '../../registry/wire-format.ts'
import type { PackageSchemaRegistryOptions } from './options.ts'

const fileEnding = '.avsc'

interface Registered {
  readonly subject: string
  readonly schema: string
  readonly fingerprint: string
}

/** Id of a schema: the first 31 bits of its fingerprint, the same in every process and for ever. */
export const schemaId = (fingerprint: string): number =>
  Number.parseInt(fingerprint.slice(0, 8), 16) & 0x7fffffff

const packagedReleases = (): string =>
  fileURLToPath(new URL('released/', import.meta.resolve('#schemas/document-event.avsc')))

const readReleased = (folder: string): readonly Registered[] => {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(fileEnding))
    .sort()
    .map((name) => {
      const subject = basename(dirname(name))
      const schema = readFileSync(join(folder, name), 'utf8')
      return { subject, schema, fingerprint: codecFromSchema(subject, schema).fingerprint }
    })
}

/**
 * The schemas of the package, now and as released, without a server. Ids come from the schemas, so records that one
 * version of the package wrote are read by the next.
 */
export const createPackageSchemaRegistry = (
  options: PackageSchemaRegistryOptions = {},
): SchemaRegistry => {
  const schemas = new Map<number, Registered>()
  const register = (entry: Registered): number => {
    const id = schemaId(entry.fingerprint)
    const other = schemas.get(id)
    if (other && other.fingerprint !== entry.fingerprint)
      throw new Error(`schemas of ${other.subject} and ${entry.subject} have the same id ${id}`)
    schemas.set(id, entry)
    return id
  }
  let allRead = false
  /** Parsing all that was ever released takes longer than all else at the start; most processes meet none of it. */
  const find = (id: number): Registered | undefined => {
    if (!schemas.has(id) && !allRead) {
      allRead = true
      for (const entry of readReleased(options.released ?? packagedReleases())) register(entry)
    }
    return schemas.get(id)
  }

  return {
    open: async (codec) => createSerde(codec, register(codec), find),
    close: async () => undefined,
  }
}

const createSerde = <T>(
  codec: Codec<T>,
  id: number,
  find: (id: number) => Registered | undefined,
): Serde<T> => {
  const decoders = new Map([[id, codec.decode]])

  const decoderFor = (writerId: number): ((bytes: Uint8Array) => T) => {
    const known = decoders.get(writerId)
    if (known) return known
    const writer = find(writerId)
    if (writer?.subject !== codec.subject)
      throw new Undecodable(`${codec.subject}: unknown schema id ${writerId}`)
    const decoder = codec.decoderFor(writer.schema)
    decoders.set(writerId, decoder)
    return decoder
  }

  return {
    encode: (value) => encodeFramed(codec, id, value),
    decode: (bytes) => {
      try {
        return decoderFor(readId(codec.subject, bytes))(bytes.subarray(headerBytes))
      } catch (error) {
        if (error instanceof Undecodable) throw error
        throw new Undecodable(`${codec.subject}: the bytes do not fit their schema`, error)
      }
    },
  }
}
