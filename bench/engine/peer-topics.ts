import { randomUUID } from 'node:crypto'
import { createKafkaRecordLog } from '../../drivers/kafka/kafka-record-log.ts'
import { systemClock as clock } from '../../drivers/system/system-clock.ts'
import type { TopicName } from '../../topology/model/record.ts'
import type { ProduceRecord, RecordLog } from '../../topology/ports/record-log.ts'

export const partitions = 12
const batch = 10_000

/** Topics of one measurement, as the harness sees them. */
export interface PeerTopics {
  readonly create: (name: string) => Promise<string>
  /** Puts in `count` records of so many keys in turn, each numbered, of so many bytes. `first` is the first number, or 0. */
  readonly fill: (
    name: string,
    count: number,
    keys: number,
    bytes: number,
    first?: number,
  ) => Promise<void>
  readonly countIn: (name: string) => Promise<number>
  /** Records that a group has committed, for what is written in transactions: their marks would be counted. */
  readonly committedBy: (group: string) => Promise<number>
  /** How many records came after a later one of their key, how many are missing, and how many came twice. */
  readonly check: (name: string, count: number, keys: number) => Promise<Misorder>
  readonly close: () => Promise<void>
}

export interface Misorder {
  readonly outOfOrder: number
  readonly missing: number
  readonly twice: number
}

export const openPeerTopics = async (bootstrap: string): Promise<PeerTopics> => {
  const log = await createKafkaRecordLog({
    brokers: [bootstrap],
    clientId: 'bench',
    clock,
    createTopics: true,
  })
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
  return {
    create: async (name) => {
      const topic = `${name}-${randomUUID().slice(0, 8)}`
      await log.ensureTopics([{ name: topic as TopicName, partitions, cleanup: 'delete' }])
      return topic
    },
    fill: async (name, count, keys, bytes, first = 0) => {
      const topic = name as TopicName
      for (let from = 0; from < count; from += batch) {
        const numbers = Array.from(
          { length: Math.min(batch, count - from) },
          (_, i) => first + from + i,
        )
        await log.produce(numbers.map((number) => recordOf(topic, number, keys, bytes)))
      }
    },
    countIn: async (name) => sum(await log.ends(name as TopicName)),
    committedBy: async (group) => sum((await log.committed(group)).map(({ offset }) => offset)),
    check: (name, count, keys) => checked(log, name as TopicName, count, keys),
    close: log.close,
  }
}

const recordOf = (
  topic: TopicName,
  number: number,
  keys: number,
  bytes: number,
): ProduceRecord => ({
  topic,
  key: Buffer.from(`key-${number % keys}`),
  value: Buffer.from(String(number).padEnd(bytes, '.')),
  timestamp: clock.now(),
  headers: {},
})

const checked = async (
  log: RecordLog,
  topic: TopicName,
  count: number,
  keys: number,
): Promise<Misorder> => {
  const seen = new Uint8Array(count)
  const newest = new Map<number, number>()
  let outOfOrder = 0
  let twice = 0
  for (const [partition, end] of (await log.ends(topic)).entries()) {
    for (let offset = 0; offset < end;) {
      const records = await log.read({ topic, partition }, offset, batch)
      for (const { value } of records) {
        const number = Number.parseInt(Buffer.from(value ?? []).toString('latin1', 0, 12), 10)
        if (seen[number]) twice++
        else if (number < (newest.get(number % keys) ?? -1)) outOfOrder++
        seen[number] = 1
        newest.set(number % keys, Math.max(number, newest.get(number % keys) ?? -1))
      }
      offset = (records.at(-1)?.offset ?? end) + 1
    }
  }
  return { outOfOrder, missing: seen.filter((one) => one === 0).length, twice }
}
