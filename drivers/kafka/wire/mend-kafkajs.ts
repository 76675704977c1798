import type { LogRecord } from '../../../topology/ports/record-log.ts'
import { decodeBatches, isBatch, type FetchedBatch } from './decode-batches.ts'
import { encodeBatch, type BatchRecord, type ProducedTopic } from './encode-batch.ts'
import { loadKafkajs, standIn } from './load-kafkajs.ts'

/*
 * kafkajs 2.2.4 makes and reads records with an encoder, several copies and 64-bit numbers as objects for each, and groups
 * what it sends by looking at all partitions for every record: most of what a record costs. These modules are replaced by ours
 * before it loads them: grouping, the body of produce requests, the records of fetch responses. Everything around
 * them (connections, sequence numbers, tries, versions, errors) is kafkajs's.
 */

interface Encoder {
  readonly buffer: Buffer
  readonly writeInt16: (value: number) => Encoder
  readonly writeInt32: (value: number) => Encoder
  readonly writeString: (value: string | null) => Encoder
  readonly writeArray: (values: readonly Encoder[]) => Encoder
  readonly writeBufferInternal: (bytes: Buffer) => void
}

interface Decoder {
  readonly readInt32: () => number
  readonly canReadBytes: (length: number) => boolean
  readonly readBytes: (length: number) => Buffer
  readonly buffer: Buffer
  offset: number
}

interface Codec {
  readonly compress: (encoder: { readonly buffer: Buffer }) => Promise<Buffer>
  readonly decompress: (bytes: Buffer) => Promise<Buffer>
}

interface ProduceRequest {
  readonly acks: number
  readonly timeout: number
  readonly transactionalId?: string | null
  readonly producerId?: { readonly toString: () => string }
  readonly producerEpoch?: number
  readonly compression?: number
  readonly topicData: readonly ProducedTopic[]
}

interface OldMessage {
  readonly offset: string
  readonly timestamp?: string
  readonly key: Buffer | null
  readonly value: Buffer | null
}

type OldDecode = (decoder: Decoder) => Promise<readonly OldMessage[]>

const transactional = 16

interface PlacedMessage extends BatchRecord {
  /** Ours always have it; kafkajs places the others by their keys. */
  readonly partition?: number
}

type Partitioner = (of: {
  readonly topic: string
  readonly partitionMetadata: readonly unknown[]
  readonly message: PlacedMessage
}) => number

const groupByPartition = ({
  topic,
  partitionMetadata,
  messages,
  partitioner,
}: {
  readonly topic: string
  readonly partitionMetadata: readonly unknown[]
  readonly messages: readonly PlacedMessage[]
  readonly partitioner: Partitioner
}): Readonly<Record<number, readonly BatchRecord[]>> => {
  const groups: Record<number, BatchRecord[]> = {}
  if (partitionMetadata.length === 0) return groups
  for (const message of messages) {
    const partition = message.partition ?? partitioner({ topic, partitionMetadata, message })
    ;(groups[partition] ??= []).push(message)
  }
  return groups
}

interface Partitioners {
  readonly DefaultPartitioner: () => Partitioner
}

/** Loaded with the first record that does not know its place. */
const partitionersOf = (load: () => unknown): Partitioners => ({
  DefaultPartitioner: () => {
    let place: Partitioner | undefined
    return (of) => {
      place ??= (load() as Partitioners).DefaultPartitioner()
      return place(of)
    }
  },
})

const produceRequest = (request: ProduceRequest) => {
  const { acks, timeout, transactionalId = null, producerEpoch = 0, compression = 0 } = request
  const EncoderOfKafkajs = loadKafkajs<new (size?: number) => Encoder>('protocol/encoder')
  const checksum = loadKafkajs<(bytes: Buffer) => number>('protocol/recordBatch/crc32C')
  const { lookupCodec } = loadKafkajs<{ readonly lookupCodec: (type: number) => Codec | null }>(
    'protocol/message/compression',
  )
  const codec = lookupCodec(compression)
  const head = {
    attributes: compression | (transactionalId ? transactional : 0),
    producerId: BigInt(String(request.producerId ?? -1)),
    producerEpoch,
  }
  const compress = codec ? (buffer: Buffer) => codec.compress({ buffer }) : undefined

  const encode = async (): Promise<Encoder> => {
    const topics: Encoder[] = []
    for (const { topic, partitions } of request.topicData) {
      const encoded: Encoder[] = []
      for (const { partition, firstSequence, messages } of partitions) {
        const batch = await encodeBatch(messages, { ...head, firstSequence }, checksum, compress)
        const part = new EncoderOfKafkajs(batch.length + 8)
        part.writeInt32(partition).writeInt32(batch.length).writeBufferInternal(batch)
        encoded.push(part)
      }
      topics.push(new EncoderOfKafkajs().writeString(topic).writeArray(encoded))
    }
    return new EncoderOfKafkajs()
      .writeString(transactionalId)
      .writeInt16(acks)
      .writeInt32(timeout)
      .writeArray(topics)
  }
  const apiKey = 0
  return { apiKey, apiVersion: 3, apiName: 'Produce', expectResponse: () => acks !== 0, encode }
}

const decompress = (bytes: Buffer, attributes: number): Promise<Buffer> => {
  const { lookupCodecByAttributes } = loadKafkajs<{
    readonly lookupCodecByAttributes: (attributes: number) => Codec
  }>('protocol/message/compression')
  return lookupCodecByAttributes(attributes).decompress(bytes)
}

/** What was written before Kafka 0.11 and never since comes as batches of one. */
const batchOf = (message: OldMessage): FetchedBatch => {
  const offset = Number(message.offset)
  const { key, value } = message
  const timestamp = Number(message.timestamp ?? 0)
  const record: LogRecord = { offset, key: key ?? Buffer.alloc(0), value, timestamp, headers: {} }
  const nobody = { producerId: '-1', inTransaction: false, isControl: false }
  const read: FetchedBatch['read'] = (unwanted) => (unwanted?.(offset) ? [] : [record])
  return { firstOffset: offset, nextOffset: offset + 1, ...nobody, read }
}

const decodeWith =
  (original: () => OldDecode) =>
  async (decoder: Decoder): Promise<readonly FetchedBatch[]> => {
    const start = decoder.offset
    const size = decoder.readInt32()
    if (size <= 0 || !decoder.canReadBytes(size)) return []
    const bytes = decoder.readBytes(size)
    if (isBatch(bytes)) return decodeBatches(bytes, decompress)
    decoder.offset = start
    return (await original()(decoder)).map(batchOf)
  }

/** Must be called before kafkajs is loaded. */
export const mendKafkajs = (): void => {
  standIn('producer/groupMessagesPerPartition', () => groupByPartition)
  standIn('producer/partitioners/index', partitionersOf)
  standIn('protocol/requests/produce/v3/request', () => produceRequest)
  standIn('protocol/requests/fetch/v4/decodeMessages', (load) =>
    decodeWith(() => load() as OldDecode),
  )
}
