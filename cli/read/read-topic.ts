import type { Topic } from '../../topology/model/topic.ts'
import type { LogRecord, RecordLog } from '../../topology/ports/record-log.ts'
import { Undecodable, type SchemaRegistry } from '../../topology/ports/schema-registry.ts'

/** The part of a log that can be read without owning it. */
export type ReadableLog = Pick<RecordLog, 'ends' | 'committed' | 'read'>

export interface TopicRecord<V> extends LogRecord {
  readonly partition: number
  readonly decoded: V
}

const pageSize = 500

export interface ReadTopicOptions {
  /** First offset by partition; the beginning where none is given. */
  readonly from?: readonly number[]
  /** Only records of these keys; the others are not decoded. */
  readonly keys?: ReadonlySet<string>
}

/** Records of a topic, partition by partition; undecodable ones are left out. */
export async function* readTopic<V>(
  log: ReadableLog,
  registry: SchemaRegistry,
  topic: Topic<V>,
  { from = [], keys }: ReadTopicOptions = {},
): AsyncGenerator<TopicRecord<V>> {
  const serde = await registry.open(topic.codec)
  const isWanted = (key: Uint8Array): boolean => keys?.has(Buffer.from(key).toString()) ?? true
  const ends = await log.ends(topic.name)
  for (const [partition, end] of ends.entries()) {
    for (let offset = from[partition] ?? 0; offset < end;) {
      const page = await log.read({ topic: topic.name, partition }, offset, pageSize)
      if (page.length === 0) break
      for (const record of page) {
        if (!record.value || !isWanted(record.key)) continue
        const { value } = record
        const decoded = await decodeOrSkip(() => serde.decode(value))
        if (decoded !== undefined) yield { ...record, partition, decoded }
      }
      offset = (page.at(-1)?.offset ?? end) + 1
    }
  }
}

const decodeOrSkip = async <V>(decode: () => V | Promise<V>): Promise<V | undefined> => {
  try {
    return await decode()
  } catch (error) {
    if (error instanceof Undecodable) return undefined
    throw error
  }
}
