import type { TopicName } from '../../../topology/model/record.ts'
import type { LogRecord, RecordLog } from '../../../topology/ports/record-log.ts'

/** A group, and a topic that it reads. */
export type Reading = readonly [group: string, topic: TopicName]

/** Partitions that are not committed to their end, for people. */
export const uncommitted = async (
  log: RecordLog,
  readings: readonly Reading[],
): Promise<readonly string[]> => {
  const behind: string[] = []
  for (const [group, topic] of readings) {
    const committed = (await log.committed(group)).filter((each) => each.topic === topic)
    for (const [partition, end] of (await log.ends(topic)).entries()) {
      const at = committed.find((each) => each.partition === partition)?.offset ?? 0
      if (at < end) behind.push(`${group}/${partition} is at ${at} of ${end}`)
    }
  }
  return behind
}

export interface Placed {
  readonly partition: number
  readonly record: LogRecord
}

/** Everything in a topic, partition by partition. */
export const readAll = async (
  log: Pick<RecordLog, 'ends' | 'read'>,
  { name }: { readonly name: TopicName },
): Promise<readonly Placed[]> => {
  const all: Placed[] = []
  for (const [partition, end] of (await log.ends(name)).entries()) {
    for (let from = 0; from < end;) {
      const records = await log.read({ topic: name, partition }, from, 10_000)
      for (const record of records) all.push({ partition, record })
      from = (records.at(-1)?.offset ?? end) + 1
    }
  }
  return all
}
