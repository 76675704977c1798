import type { Uri } from '../../schemas/brands.ts'
import type { Envelope } from '../model/envelope.ts'
import type { Failure } from '../model/failure.ts'
import type { RangeOutput, RangeResult, RangeSink, SinkRecord } from '../model/stage.ts'
import type { LogRecord, ProduceRecord } from '../ports/record-log.ts'
import type { ClaimedRange } from '../ports/range-runner.ts'
import { deadLetterRecord, type LetterEnvironment } from './dead-letters.ts'
import { isEnvelope, ledgerRecord, type LedgerEnvironment } from './ledger.ts'

/** What the books of a range are made with. */
export type BookEnvironment = LedgerEnvironment & LetterEnvironment

/** A claimed range, its records unpacked. */
interface OpenRange extends Pick<ClaimedRange, 'partition' | 'startedAt'> {
  readonly sources: readonly LogRecord[]
}

/** What came of the records of a range. */
export interface RangeEnd extends Pick<RangeResult, 'outputs' | 'failures'> {
  /** Those that could be decoded and were not taken before: another copy of a record is booked with the first one. */
  readonly records: readonly SinkRecord<unknown>[]
}

type Booked = Pick<RangeSink<unknown>, 'name' | 'version' | 'ledger'>

/** What goes to the log with the commit of a range: dead letters and ledger entries, record by record. */
export const rangeOutputs = (
  env: BookEnvironment,
  sink: Booked,
  range: OpenRange,
  end: RangeEnd,
): readonly ProduceRecord[] => {
  const values = new Map(end.records.map((record) => [record.offset, record.value]))
  const failed = new Map(end.failures.map(({ offset, failure }) => [offset, failure]))
  const files = filesByOffset(end.outputs)
  const outputs: ProduceRecord[] = []
  for (const source of range.sources) {
    const value = values.get(source.offset)
    const envelope = isEnvelope(value) ? value : undefined
    const failure = failed.get(source.offset)
    if (failure) outputs.push(letterOf(env, sink, range, source, envelope, failure))
    const booked = failure !== undefined || sink.ledger !== 'failures'
    if (envelope && booked)
      outputs.push(entryOf(env, range, source, envelope, failure, files.get(source.offset) ?? []))
  }
  return outputs
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
  env: BookEnvironment,
  { name: stage, version: stageVersion }: Booked,
  { partition }: Pick<ClaimedRange, 'partition'>,
  source: LogRecord,
  envelope: Envelope | undefined,
  failure: Failure,
): ProduceRecord => {
  const staged = { stage, stageVersion, failure, attempt: 1, firstFailedAt: 0 }
  return deadLetterRecord(env, { partition, source, envelope }, staged)
}

const entryOf = (
  env: BookEnvironment,
  { partition, startedAt }: Pick<ClaimedRange, 'partition' | 'startedAt'>,
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
