import type { Codec } from '../../schemas/codec.ts'
import {
  Undecodable,
  type SchemaRegistry,
  type Serde,
} from '../../topology/ports/schema-registry.ts'
import { registryDefaults, type ConfluentSchemaRegistryOptions } from './options.ts'
import { createRegistryApi, type RegistryApi } from './registry-api.ts'
import { RegistryError } from './registry-error.ts'
import { encodeFramed, headerBytes, readId } from './wire-format.ts'

/** Longest wait between two questions to a registry that does not answer, milliseconds. */
const longestWaitMs = 10_000

/** Text of a schema, or that the registry does not know its id. */
type Known = { readonly schema: string } | { readonly unknownUntil: number }

/**
 * A Confluent-compatible registry. Registers nothing: a schema that is not registered is an error at the start, as is a
 * registered one that this version cannot read. Ids are remembered for ever. While the registry is away, a record of an id
 * not yet seen waits; ids that it does not know are not asked for again for a while, so that bad records do not hammer it.
 */
export const createConfluentSchemaRegistry = (
  given: ConfluentSchemaRegistryOptions,
): SchemaRegistry => {
  const options = { ...registryDefaults, ...given }
  const { clock, notice, prefix = '' } = options
  const api = createRegistryApi(options)
  const known = new Map<number, Known>()
  const asked = new Map<number, Promise<Known>>()
  let closed = false

  const wait = (ms: number): Promise<void> => new Promise((done) => void clock.after(ms, done))

  const learn = async (id: number): Promise<Known> => {
    for (let failures = 0; ; failures++) {
      try {
        const found = { schema: await api.schema(id) }
        if (failures > 0) notice(`schema registry at ${options.url}: answers again`)
        known.set(id, found)
        return found
      } catch (error) {
        if (error instanceof RegistryError && error.problem !== 'away') {
          if (error.problem !== 'unknown') throw error
          const unknown = { unknownUntil: clock.now() + options.unknownForMs }
          known.set(id, unknown)
          return unknown
        }
        if (closed) throw error
        if (failures === 0) notice((error as Error).message)
        await wait(Math.min(200 * 2 ** failures, longestWaitMs))
      }
    }
  }

  const schemaOf = async (id: number): Promise<string | undefined> => {
    const there = known.get(id)
    if (there && 'schema' in there) return there.schema
    if (there && clock.now() < there.unknownUntil) return undefined
    const learning = asked.get(id) ?? learn(id).finally(() => asked.delete(id))
    asked.set(id, learning)
    const learned = await learning
    return 'schema' in learned ? learned.schema : undefined
  }

  return {
    open: async (codec) => {
      const subject = `${prefix}${codec.subject}`
      const id = await registeredId(api, subject, codec)
      await checkLatest(api, subject, codec)
      return createSerde(codec, id, schemaOf)
    },
    close: async () => {
      closed = true
    },
  }
}

const registeredId = async <T>(
  api: RegistryApi,
  subject: string,
  { schema }: Codec<T>,
): Promise<number> => {
  const id = await api.idOf(subject, schema)
  if (id !== undefined) return id
  throw new RegistryError(
    'unknown',
    `subject ${subject} does not have the schema of this version; run "archive-streams topics apply" first`,
  )
}

/** Whoever wrote the latest version may be producing already. */
const checkLatest = async <T>(
  api: RegistryApi,
  subject: string,
  codec: Codec<T>,
): Promise<void> => {
  const latest = await api.latest(subject)
  if (!latest) return
  try {
    codec.decoderFor(latest.schema)
  } catch (error) {
    throw new RegistryError(
      'incompatible',
      `version ${latest.version} of subject ${subject} cannot be read by this version; deploy one that can`,
      error,
    )
  }
}

const createSerde = <T>(
  codec: Codec<T>,
  id: number,
  schemaOf: (id: number) => Promise<string | undefined>,
): Serde<T> => {
  const { subject } = codec
  type Decoder = (bytes: Uint8Array) => T
  const decoders = new Map<number, Decoder>([[id, codec.decode]])

  const decodeWith = (decoder: Decoder, bytes: Uint8Array): T => {
    try {
      return decoder(bytes.subarray(headerBytes))
    } catch (error) {
      throw new Undecodable(`${subject}: the bytes do not fit their schema`, error)
    }
  }

  const decoderFor = async (writerId: number): Promise<Decoder> => {
    const schema = await schemaOf(writerId)
    if (schema === undefined) throw new Undecodable(`${subject}: unknown schema id ${writerId}`)
    try {
      const decoder = codec.decoderFor(schema)
      decoders.set(writerId, decoder)
      return decoder
    } catch (error) {
      throw new Undecodable(`${subject}: schema ${writerId} is of something else`, error)
    }
  }

  return {
    encode: (value) => encodeFramed(codec, id, value),
    decode: (bytes) => {
      const writerId = readId(subject, bytes)
      const decoder = decoders.get(writerId)
      return decoder
        ? decodeWith(decoder, bytes)
        : decoderFor(writerId).then((found) => decodeWith(found, bytes))
    },
  }
}
