import type { Uri } from '../../schemas/brands.ts'
import type { Envelope } from '../model/envelope.ts'
import type { Failure } from '../model/failure.ts'
import type { TopicPartition } from '../model/record.ts'
import type { RangeOutput, RangeResult, RangeSink, SinkRecord } from '../model/stage.ts'
import type { LogRecord, ProduceRecord } from '../ports/record-log.ts'
import { deadLetterRecord } from './dead-letters.ts'
import type { PartEnvironment } from './environment.ts'
import { isEnvelope, ledgerRecord } from './ledger.ts'

/** A range that was written. */
export interface WrittenRange extends Pick<RangeResult, 'outputs' | 'failures'> {
  readonly partition: TopicPartition
  readonly sink: RangeSink<unknown>
  /** Everything the range held, in order. */
  readonly sources: readonly LogRecord[]
  /** Those of them that could be decoded. */
  readonly records: readonly SinkRecord<unknown>[]
  readonly startedAt: number
}

/** What goes to the log with the commit of a range: dead letters and ledger entries, record by record. */
export const rangeOutputs = (
  env: PartEnvironment,
  range: WrittenRange,
): readonly ProduceRecord[] => {
  const values = new Map(range.records.map((record) => [record.offset, record.value]))
  const failed = new Map(range.failures.map(({ offset, failure }) => [offset, failure]))
  const files = filesByOffset(range.outputs)
  return range.sources.flatMap((source) => {
    const value = values.get(source.offset)
    const envelope = isEnvelope(value) ? value : undefined
    const failure = failed.get(source.offset)
    const outcome = failure ? 'dead' : 'forwarded'
    env.telemetry.emit({ kind: 'finished', subTopology: env.name, outcome })
    const booked = failure !== undefined || range.sink.ledger !== 'failures'
    return [
      ...(failure ? [letterOf(env, range, source, envelope, failure)] : []),
      ...(envelope && booked
        ? [entryOf(env, range, source, envelope, failure, files.get(source.offset) ?? [])]
        : []),
    ]
  })
}

/** A record names the files that hold something of it, not all files of its range: those may be hundreds. */
const filesByOffset = (outputs: readonly RangeOutput[]): ReadonlyMap<number, readonly Uri[]> => {
  const files = new Map<number, Uri[]>()
  for (const { uri, offsets } of outputs) {
    for (const offset of offsets) {
      const known = files.get(offset)
      if (known) known.push(uri)
      else files.set(offset, [uri])
    }
  }
  return files
}

const letterOf = (
  env: PartEnvironment,
  { partition, sink }: WrittenRange,
  source: LogRecord,
  envelope: Envelope | undefined,
  failure: Failure,
): ProduceRecord => {
  const { disposition, code } = failure
  const { name: stage, version: stageVersion } = sink
  env.telemetry.emit({ kind: 'dead-letter', subTopology: env.name, stage, disposition, code })
  const staged = { stage, stageVersion, failure, attempt: 1, firstFailedAt: 0 }
  return deadLetterRecord(env, { partition, source, envelope }, staged)
}

const entryOf = (
  env: PartEnvironment,
  { partition, startedAt }: WrittenRange,
  source: LogRecord,
  envelope: Envelope,
  failure: Failure | undefined,
  files: readonly Uri[],
): ProduceRecord =>
  ledgerRecord(env, {
    partition,
    offset: source.offset,
    key: source.key,
    envelope,
    outcome: failure ? 'DEAD' : 'FORWARDED',
    reason: failure?.code,
    outputs: failure ? [] : files,
    counts: new Map(),
    startedAt,
  })
