import { Rejected } from '../model/failure.ts'
import type { TopicName } from '../model/record.ts'
import type { RecordLog } from '../ports/record-log.ts'

interface Sized {
  readonly topic: TopicName
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** Whether the log would refuse a record for its size, for ever. */
export const isTooLarge = (
  { maxRecordBytes }: Pick<RecordLog, 'maxRecordBytes'>,
  { key, value }: Omit<Sized, 'topic'>,
): boolean => maxRecordBytes !== undefined && key.length + value.length > maxRecordBytes

/** Answers the output, or throws {@link Rejected}: one that can never be produced must not hold up all others. */
export const ofFittingSize = <R extends Sized>(
  log: Pick<RecordLog, 'maxRecordBytes'>,
  record: R,
): R => {
  if (!isTooLarge(log, record)) return record
  const bytes = record.key.length + record.value.length
  throw new Rejected({
    disposition: 'OVERSIZE',
    code: 'output-too-large',
    message: `a result for ${record.topic} has ${bytes} bytes, more than the ${log.maxRecordBytes} that the log takes; raise the limit of the log and of its topics, or make results smaller`,
  })
}
