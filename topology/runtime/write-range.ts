import { unpackLogRecords } from '../model/pack-records.ts'
import { isReplayForAnother } from '../model/replay.ts'
import type { Failure } from '../model/failure.ts'
import type { RangeResult, RangeContext, RangeSink, SinkRecord } from '../model/stage.ts'
import type { TopicPartition } from '../model/record.ts'
import type { ClaimedRange, WrittenRange } from '../ports/range-runner.ts'
import type { LogRecord } from '../ports/record-log.ts'
import { Undecodable } from '../ports/schema-registry.ts'
import { rangeOutputs, type BookEnvironment } from './range-outputs.ts'
import { keyOf } from './record-key.ts'
import { printsTaken, sift } from './repeats.ts'
import { serdeOf } from './serdes.ts'
import { undecodable } from './undecodable.ts'

type Failures = RangeResult['failures']

/** Reads the records of a range, has the sink write them, and makes what goes to the log. */
export const writeRange = async (
  env: BookEnvironment,
  sink: RangeSink<unknown>,
  range: ClaimedRange,
  context: RangeContext,
): Promise<WrittenRange> => {
  const { partition, start, end } = range
  const sources = range.sources.flatMap(unpackLogRecords)
  const { records, failures: unread } = await decodeAll(env, partition, sources)
  const sifted = sift(sink, range.taken, records)
  const written = await sink.write({ ...partition, start, end, records: sifted.fresh }, context)
  const failures = [...unread, ...written.failures]
  const repeated = records.length - sifted.fresh.length
  const ended = { records: sifted.fresh, outputs: written.outputs, failures }
  const outputs = rangeOutputs(env, sink, { ...range, sources }, ended)
  return { outputs, failures, taken: printsTaken(sifted, failures), repeated }
}

/** For a range that cannot be written as a whole: no record of it may vanish, so each that is new goes to the dead letters. */
export const failRange = async (
  env: BookEnvironment,
  sink: RangeSink<unknown>,
  range: ClaimedRange,
  failure: Failure,
): Promise<WrittenRange> => {
  const sources = range.sources.flatMap(unpackLogRecords)
  const { records, failures: unread } = await decodeAll(env, range.partition, sources)
  const { fresh } = sift(sink, range.taken, records)
  const failures = [...unread, ...fresh.map(({ offset }) => ({ offset, failure }))]
  const outputs = rangeOutputs(
    env,
    sink,
    { ...range, sources },
    { records: fresh, outputs: [], failures },
  )
  const repeated = records.length - fresh.length
  return { outputs, failures, taken: new Uint8Array(), repeated }
}

const decodeAll = async (
  env: BookEnvironment,
  partition: TopicPartition,
  sources: readonly LogRecord[],
) => {
  const serde = serdeOf(env, partition.topic)
  const records: SinkRecord<unknown>[] = []
  const failures: Failures[number][] = []
  for (const source of sources) {
    if (!source.value || isReplayForAnother(source.headers, env.name)) continue
    try {
      const decoded = serde.decode(source.value)
      const value = decoded instanceof Promise ? await decoded : decoded
      const { offset, timestamp, headers } = source
      records.push({ offset, key: keyOf(source), value, timestamp, headers, ...partition })
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error
      failures.push({ offset: source.offset, failure: undecodable })
    }
  }
  return { records, failures }
}
