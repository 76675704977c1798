import type { Producer, ProducerBatch } from 'kafkajs'
import { Fault } from '../../topology/model/failure.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type { Headers } from '../../topology/model/record.ts'
import { misfitOf, runtimeFault } from './errors.ts'
import { CompressionTypes } from './kafkajs.ts'
import type { KafkaCompression } from './options.ts'
import { sizeOfRecord } from './size-of-record.ts'

/** A record that knows its place. `topic` is the cluster's name of it. */
export interface PlacedRecord {
  readonly topic: string
  readonly partition: number
  readonly key: Uint8Array
  readonly value: Uint8Array | null
  readonly timestamp: number
  readonly headers: Headers
}

export interface BatchingProducerOptions {
  /** A producer that knows these topics already, as far as they are there. Topics by the cluster's name. */
  readonly connect: (topics: readonly string[]) => Promise<Producer>
  readonly clock: Clock
  readonly lingerMs: number
  readonly batchBytes: number
  readonly compression: KafkaCompression
  readonly where: string
  readonly notice: (message: string) => void
}

export interface BatchingProducer {
  /**
   * Resolves when all are acknowledged by all replicas in sync. Records of one partition keep their order. `permit` is
   * asked before every request with records of this call, however long they have waited; what it throws ends the call.
   */
  readonly send: (records: readonly PlacedRecord[], permit?: Permit) => Promise<void>
  /**
   * Connects in the background and looks where the topics are, so that the first records need not wait for it. What goes
   * wrong is told when they are sent.
   */
  readonly warmUp: (topics: readonly string[]) => void
  readonly close: () => Promise<void>
}

/** Answers nothing when there is nothing to wait for. Throws when the records must not be sent any more. */
export type Permit = () => Promise<void> | undefined

interface Waiting {
  readonly records: readonly PlacedRecord[]
  readonly permit: Permit | undefined
  /** How many of them are in requests already. */
  taken: number
  /** How many are acknowledged. */
  durable: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

interface Share {
  readonly waiting: Waiting
  count: number
}

const unanswered = (where: string): Fault =>
  new Fault(
    'dependency-down',
    'record-log',
    `Kafka, ${where}: no broker has acknowledged the records`,
  )

/** Numbers of the compressions. */
export const compressions = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
} as const satisfies Readonly<Record<KafkaCompression, number>>

/**
 * One idempotent producer, one request at a time: while it is under way the next gathers. Records go out in the order in
 * which they came. A send that failed gives its producer up, because kafkajs would use the same sequence numbers for other
 * records, which a broker that has the first ones answers with success and throws away.
 */
export const createBatchingProducer = (options: BatchingProducerOptions): BatchingProducer => {
  const { connect, clock, where, notice } = options
  const queue: Waiting[] = []
  let running: Promise<void> | undefined
  let producer: Promise<Producer> | undefined
  let away = false
  let closed = false

  /** As many records from the front of the queue as fit: none of a partition once one of it did not. */
  const take = (): { readonly batch: PlacedRecord[]; readonly shares: Share[] } => {
    const batch: PlacedRecord[] = []
    const shares: Share[] = []
    const bytes = new Map<string, number[]>()
    const limit = options.batchBytes
    for (const waiting of queue) {
      const share = { waiting, count: 0 }
      while (waiting.taken < waiting.records.length) {
        const record = waiting.records[waiting.taken]!
        const ofTopic = bytes.get(record.topic) ?? []
        if (ofTopic.length === 0) bytes.set(record.topic, ofTopic)
        const before = ofTopic[record.partition] ?? 0
        const size = sizeOfRecord(record)
        if (before > 0 && before + size > limit) break
        ofTopic[record.partition] = before + size
        batch.push(record)
        waiting.taken += 1
        share.count += 1
      }
      if (share.count > 0) shares.push(share)
      if (waiting.taken < waiting.records.length) break
    }
    return { batch, shares }
  }

  /** Records go as they are: the body of the request is made by wire/, not by kafkajs. */
  const requestOf = (batch: readonly PlacedRecord[]): ProducerBatch => {
    const byTopic = new Map<string, PlacedRecord[]>()
    for (const record of batch) {
      const messages = byTopic.get(record.topic)
      if (messages) messages.push(record)
      else byTopic.set(record.topic, [record])
    }
    const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }))
    return {
      acks: -1,
      compression: compressions[options.compression],
      topicMessages: topicMessages as unknown as NonNullable<ProducerBatch['topicMessages']>,
    }
  }

  /**
   * kafkajs answers with success although it has sent nothing of a partition: when its leader was lost, and the new leader had already
   * answered for other partitions of the same request. What nobody has acknowledged is sent again, with the same sequence numbers.
   */
  const sendAll = async (by: Producer, batch: readonly PlacedRecord[]): Promise<void> => {
    for (let left = batch; left.length > 0;) {
      const answers = await by.sendBatch(requestOf(left))
      const acknowledged = new Set(answers.map((each) => `${each.topicName}/${each.partition}`))
      const rest = left.filter((record) => !acknowledged.has(`${record.topic}/${record.partition}`))
      if (rest.length === left.length) throw unanswered(where)
      left = rest
    }
  }

  const warmUp: BatchingProducer['warmUp'] = (topics) => {
    if (closed || producer) return
    const warming = connect(topics)
    producer = warming
    warming.catch(() => {
      if (producer === warming) producer = undefined
    })
  }

  const sendBatch = async (batch: readonly PlacedRecord[]): Promise<void> => {
    const topics = [...new Set(batch.map(({ topic }) => topic))]
    producer ??= connect(topics)
    const current = producer
    try {
      await sendAll(await current, batch)
      if (away) notice(`Kafka, ${where}: answers again`)
      away = false
    } catch (error) {
      if (producer === current) producer = undefined
      void current.then((it) => it.disconnect()).catch(() => undefined)
      const fault = runtimeFault(error, `${where}, topic ${topics.join(', ')}`)
      if (!away && misfitOf(error) === undefined) notice(fault.message)
      away = true
      throw fault
    }
  }

  const run = async (): Promise<void> => {
    if (options.lingerMs > 0)
      await new Promise<void>((resolve) => void clock.after(options.lingerMs, resolve))
    // Lets what is produced in the same turn join the batch.
    else await Promise.resolve()
    while (queue.length > 0) {
      await askPermits()
      const { batch, shares } = take()
      if (batch.length === 0) continue
      try {
        await sendBatch(batch)
        for (const { waiting, count } of shares) settle(waiting, count)
      } catch (error) {
        rejectAll(error as Error)
      }
    }
  }

  /** Who waits behind a failure would overtake it when it is tried again: all fail together. */
  const rejectAll = (error: Error): void => {
    for (const waiting of queue.splice(0)) waiting.reject(error)
  }

  /** Takes out who may not send any more. Nobody overtakes it, as it is not tried again. */
  const askPermits = async (): Promise<void> => {
    for (const waiting of queue.slice()) {
      const asking = waiting.permit?.()
      if (!asking) continue
      try {
        await asking
      } catch (error) {
        if (error instanceof Fault) return rejectAll(error)
        queue.splice(queue.indexOf(waiting), 1)
        waiting.reject(error as Error)
      }
    }
  }

  const settle = (waiting: Waiting, count: number): void => {
    waiting.durable += count
    if (waiting.durable < waiting.records.length) return
    queue.splice(queue.indexOf(waiting), 1)
    waiting.resolve()
  }

  const start = (): void => {
    running ??= run().finally(() => {
      running = undefined
      if (queue.length > 0) start()
    })
  }

  return {
    send: (records, permit) =>
      new Promise<void>((resolve, reject) => {
        if (closed) return reject(new Fault('fatal', 'record-log', 'the log is closed'))
        if (records.length === 0) return resolve()
        queue.push({ records, permit, taken: 0, durable: 0, resolve, reject })
        start()
      }),
    warmUp,
    close: async () => {
      closed = true
      await running
      await (await producer)?.disconnect()
    },
  }
}
