import { loadKafkajs } from './load-kafkajs.ts'

/*
 * Three requests of transactions in versions that kafkajs 2.2.4 does not speak, over its connections. In these a commit of
 * offsets names member and generation, so that the group refuses a member it has put out; a producer begins anew only when
 * it is still the last of its name; and offsets are answered only when no transaction is about to change them. Brokers
 * know them from Kafka 2.5 on. Strings, arrays and the tags at the end of every part are of the newer, compact form.
 */

interface Encoder {
  readonly writeInt8: (value: number) => Encoder
  readonly writeInt16: (value: number) => Encoder
  readonly writeInt32: (value: number) => Encoder
  readonly writeInt64: (value: string) => Encoder
  readonly writeBoolean: (value: boolean) => Encoder
  readonly writeUVarInt: (value: number) => Encoder
  readonly writeUVarIntString: (value: string | null) => Encoder
  readonly writeUVarIntArray: (values: readonly Encoder[] | null, type?: 'object') => Encoder
}

interface Decoder {
  readonly readInt16: () => number
  readonly readInt32: () => number
  readonly readInt64: () => { readonly toString: () => string }
  readonly readUVarInt: () => number
  readonly readUVarIntString: () => string | null
  readonly readUVarIntArray: <T>(read: (decoder: Decoder) => T) => T[] | null
  readonly readBytes: (length: number) => Buffer
}

interface Request {
  readonly apiKey: number
  readonly apiVersion: number
  readonly apiName: string
  readonly encode: () => Promise<Encoder>
}

interface Response<T> {
  readonly decode: (bytes: Buffer) => Promise<T>
  readonly parse: (value: T) => Promise<T>
}

/** A broker as far as it is needed here. */
export interface RawBroker {
  readonly connectionPool: {
    readonly send: <T>(exchange: {
      readonly request: Request
      readonly response: Response<T>
    }) => Promise<T>
  }
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>> | null
}

export interface Topics<P> {
  readonly topic: string
  readonly partitions: readonly P[]
}

/** Who writes in a transaction, as the brokers know it. */
export interface ProducerIdentity {
  readonly producerId: string
  readonly producerEpoch: number
}

/** What is committed; -1 where nothing is. */
export interface StableOffset {
  readonly partition: number
  readonly offset: string
  readonly metadata: string | null
}

const load = <T>(path: string): T => loadKafkajs<T>(`protocol/${path}`)

const encoder = (): Encoder => new (load<new () => Encoder>('encoder'))()

const throwOf = (code: number): void => {
  if (code === 0) return
  const { createErrorFromCode } = load<{ readonly createErrorFromCode: (code: number) => Error }>(
    'error',
  )
  throw createErrorFromCode(code)
}

/** Tags are for what comes after us: none are written, and those that come are passed over. */
const noTags = (target: Encoder): Encoder => target.writeUVarInt(0)
const skipTags = (decoder: Decoder): void => {
  for (let tags = decoder.readUVarInt(); tags > 0; tags--) {
    decoder.readUVarInt()
    decoder.readBytes(decoder.readUVarInt())
  }
}

/** The head of a compact request and of its answer ends with tags too, which kafkajs leaves to the body. */
const send = async <T>(
  broker: RawBroker,
  [apiKey, apiVersion, apiName]: readonly [number, number, string],
  write: (body: Encoder) => Encoder,
  read: (body: Decoder) => T,
): Promise<T> => {
  if ((broker.versions?.[apiKey]?.maxVersion ?? apiVersion) < apiVersion)
    throwOf(unsupportedVersion)
  const DecoderOfKafkajs = load<new (bytes: Buffer) => Decoder>('decoder')
  const { value } = await broker.connectionPool.send<{
    /** Connections wait for so long when brokers ask for it; here the next request of kafkajs's own is told. */
    readonly clientSideThrottleTime: number
    readonly value: T
  }>({
    request: { apiKey, apiVersion, apiName, encode: async () => noTags(write(noTags(encoder()))) },
    response: {
      decode: async (bytes) => {
        const decoder = new DecoderOfKafkajs(bytes)
        skipTags(decoder)
        return { clientSideThrottleTime: 0, value: read(decoder) }
      },
      parse: async (decoded) => decoded,
    },
  })
  return value
}

const unsupportedVersion = 35

/**
 * Makes this the last producer of its transactional id: what one before left open is given up, and nothing of it is
 * taken any more. With `previous` only if that one still is the last.
 */
export const initProducerId = (
  broker: RawBroker,
  transactionalId: string,
  timeoutMs: number,
  previous: ProducerIdentity = { producerId: '-1', producerEpoch: -1 },
): Promise<ProducerIdentity> =>
  send(
    broker,
    [22, 3, 'InitProducerId'],
    (body) =>
      body
        .writeUVarIntString(transactionalId)
        .writeInt32(timeoutMs)
        .writeInt64(previous.producerId)
        .writeInt16(previous.producerEpoch),
    (body) => {
      body.readInt32()
      throwOf(body.readInt16())
      return { producerId: body.readInt64().toString(), producerEpoch: body.readInt16() }
    },
  )

export interface TransactionalOffsets extends ProducerIdentity {
  readonly transactionalId: string
  readonly groupId: string
  readonly generationId: number
  readonly memberId: string
  readonly topics: readonly Topics<{
    readonly partition: number
    readonly offset: string
    readonly metadata: string
  }>[]
}

/** Makes offsets part of a transaction. The group refuses them from whoever is no member of its generation. */
export const txnOffsetCommit = (broker: RawBroker, offsets: TransactionalOffsets): Promise<void> =>
  send(
    broker,
    [28, 3, 'TxnOffsetCommit'],
    (body) =>
      body
        .writeUVarIntString(offsets.transactionalId)
        .writeUVarIntString(offsets.groupId)
        .writeInt64(offsets.producerId)
        .writeInt16(offsets.producerEpoch)
        .writeInt32(offsets.generationId)
        .writeUVarIntString(offsets.memberId)
        .writeUVarIntString(null)
        .writeUVarIntArray(
          offsets.topics.map(({ topic, partitions }) =>
            noTags(
              encoder()
                .writeUVarIntString(topic)
                .writeUVarIntArray(partitions.map(offsetOf), 'object'),
            ),
          ),
          'object',
        ),
    (body) => {
      body.readInt32()
      const topics = body.readUVarIntArray((topic) => {
        topic.readUVarIntString()
        const codes = topic.readUVarIntArray((partition) => {
          partition.readInt32()
          const code = partition.readInt16()
          skipTags(partition)
          return code
        })
        skipTags(topic)
        return codes ?? []
      })
      for (const code of (topics ?? []).flat()) throwOf(code)
    },
  )

const offsetOf = (each: {
  readonly partition: number
  readonly offset: string
  readonly metadata: string
}): Encoder =>
  noTags(
    encoder()
      .writeInt32(each.partition)
      .writeInt64(each.offset)
      .writeInt32(-1)
      .writeUVarIntString(each.metadata),
  )

/**
 * What a group has committed; of all its partitions when `topics` is left out. Throws UNSTABLE_OFFSET_COMMIT while a
 * transaction that ends may still change an answer.
 */
export const fetchStableOffsets = (
  broker: RawBroker,
  groupId: string,
  topics?: readonly Topics<{ readonly partition: number }>[],
): Promise<readonly Topics<StableOffset>[]> =>
  send(
    broker,
    [9, 7, 'OffsetFetch'],
    (body) => {
      const wanted = topics?.map(({ topic, partitions }) => {
        const numbers = encoder()
          .writeUVarIntString(topic)
          .writeUVarInt(partitions.length + 1)
        for (const { partition } of partitions) numbers.writeInt32(partition)
        return noTags(numbers)
      })
      body.writeUVarIntString(groupId)
      if (wanted) body.writeUVarIntArray(wanted, 'object')
      else body.writeUVarInt(0)
      return body.writeBoolean(true)
    },
    (body) => {
      body.readInt32()
      const found = body.readUVarIntArray((topic) => {
        const name = topic.readUVarIntString() ?? ''
        const partitions = topic.readUVarIntArray(stableOffset) ?? []
        skipTags(topic)
        return { topic: name, partitions }
      })
      throwOf(body.readInt16())
      for (const { partitions } of found ?? []) for (const { code } of partitions) throwOf(code)
      return found ?? []
    },
  )

const stableOffset = (body: Decoder): StableOffset & { readonly code: number } => {
  const partition = body.readInt32()
  const offset = body.readInt64().toString()
  body.readInt32()
  const metadata = body.readUVarIntString()
  const code = body.readInt16()
  skipTags(body)
  return { partition, offset, metadata, code }
}
