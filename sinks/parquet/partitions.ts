import type { SinkRange, SinkRecord } from '../../topology/model/stage.ts'
import { encodeSegment, padNumber } from '../../topology/model/object-name.ts'
import type { DatasetEvent } from './dataset.ts'
import type { ParquetOptions } from './options.ts'

/** The records of a range that go into one folder, in offset order. */
export interface Partition<E> {
  /** `tenant=<tenant>/date=<YYYY-MM-DD>` */
  readonly folder: string
  readonly records: readonly SinkRecord<E>[]
}

/**
 * Splits a range by tenant and event date. Records that bring no rows are left out: tombstones, erasures, and
 * revisions that an erasure later in the same range removes.
 */
export const partitionsOf = <E extends DatasetEvent>(
  range: SinkRange<E>,
  partitionBy: ParquetOptions['partitionBy'],
): readonly Partition<E>[] => {
  const erased = erasuresOf(range.records)
  const folders = new Map<string, SinkRecord<E>[]>()
  for (const record of range.records) {
    if (!bringsRows(record, erased)) continue
    const folder = folderOf(record.value, partitionBy)
    const known = folders.get(folder)
    if (known) known.push(record)
    else folders.set(folder, [record])
  }
  return [...folders]
    .map(([folder, records]) => ({ folder, records }))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1))
}

/** The last erasure of every document in the range. */
const erasuresOf = <E extends DatasetEvent>(
  records: readonly SinkRecord<E | null>[],
): ReadonlyMap<string, SinkRecord<E>> => {
  const last = new Map<string, SinkRecord<E>>()
  for (const record of records)
    if (record.value?.operation === 'ERASE')
      last.set(record.value.documentId, record as SinkRecord<E>)
  return last
}

const bringsRows = <E extends DatasetEvent>(
  { value, offset }: SinkRecord<E | null>,
  erased: ReadonlyMap<string, SinkRecord<E>>,
): boolean => {
  if (value === null || value.operation === 'ERASE') return false
  const erasure = erased.get(value.documentId)
  return !erasure || erasure.offset < offset || erasure.value.revision < value.revision
}

const folderOf = (event: DatasetEvent, partitionBy: ParquetOptions['partitionBy']): string => {
  const day = dayOf(event.sentAt) ?? dayOf(event.archivedAt) ?? '1970-01-01'
  const date = partitionBy === 'month' ? `${day.slice(0, 8)}01` : day
  return `tenant=${encodeSegment(event.tenantId)}/date=${date}`
}

const day0001 = Date.parse('0001-01-01T00:00:00.000Z')
const day9999 = Date.parse('9999-12-31T23:59:59.999Z')

/** The UTC day, or undefined outside the years 1 to 9999: mails claim all sorts of dates. */
const dayOf = (at: number | null): string | undefined =>
  at !== null && at >= day0001 && at <= day9999
    ? new Date(at).toISOString().slice(0, 10)
    : undefined

/** `<topic>+<partition>+<start>.parquet`, and `<topic>+<partition>+<start>-<n>.parquet` for what did not fit. */
export const fileName = (
  { topic, partition, start }: Pick<SinkRange<unknown>, 'topic' | 'partition' | 'start'>,
  part: number,
): string => {
  const base = `${stem(topic, partition)}${padNumber(start)}`
  return part === 0 ? `${base}.parquet` : `${base}-${part}.parquet`
}

const stem = (topic: string, partition: number): string => `${encodeSegment(topic)}+${partition}+`

/** The start in a name that {@link fileName} made for this topic and partition; undefined for other names. */
export const startInName = (
  { topic, partition }: Pick<SinkRange<unknown>, 'topic' | 'partition'>,
  name: string,
): number | undefined => {
  const file = name.slice(name.lastIndexOf('/') + 1)
  const before = stem(topic, partition)
  const digits = file.startsWith(before) ? /^\d{20}/.exec(file.slice(before.length)) : null
  return digits ? Number(digits[0]) : undefined
}
