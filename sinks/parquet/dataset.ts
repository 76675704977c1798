import type { Operation } from '../../schemas/generated/types.ts'
import type { Envelope } from '../../topology/model/envelope.ts'
import type { Failure } from '../../topology/model/failure.ts'
import type { SinkRecord } from '../../topology/model/stage.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import { id, long, optionalText, optionalTime, text, time, type Column } from './column.ts'

/** What every event has that becomes rows. */
export interface DatasetEvent extends Envelope {
  readonly operation: Operation
  /** Epoch milliseconds. */
  readonly sentAt: number | null
  /** Media type. */
  readonly type: string
}

/** Rows of one event, or why it has none. */
export type Rows<Row> =
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  /** What it is made of was erased; an earlier attempt may still have found it. */
  | { readonly kind: 'erased' }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** How the events of one topic become rows of one folder of Parquet files. */
export interface Dataset<E extends DatasetEvent, Row> {
  readonly name: string
  readonly columns: readonly Column<Row>[]
  /** The topic keeps only the newest record of a key: a range may have shrunk since an earlier attempt to write it. */
  readonly compacted: boolean
  /** Reads files only, from `objects`; a function of the event and what the store holds under its URIs. */
  readonly rowsOf: (record: SinkRecord<E>, objects: ObjectStore) => Rows<Row> | Promise<Rows<Row>>
  /** Of an event all that its rows come from, but for what differs when it is computed once more. */
  readonly identityOf: (event: E) => object
  /** Rough size of a row before compression, for row groups of even memory. */
  readonly bytesOf: (row: Row) => number
  /** The same of all rows of an event, from the event alone: decides where files end. */
  readonly bytesOfEvent: (event: E) => number
}

export const rows = <Row>(all: readonly Row[]): Rows<Row> => ({ kind: 'rows', rows: all })

/** Every row knows the record it came from. */
export interface FromRecord<E> {
  readonly record: SinkRecord<E>
}

/** Columns that lead every dataset. */
export const leadingColumns = <
  E extends DatasetEvent,
  Row extends FromRecord<E>,
>(): readonly Column<Row>[] => [
  text('tenant_id', ({ record }) => record.value.tenantId),
  id('document_id', ({ record }) => record.value.documentId),
  long('revision', ({ record }) => record.value.revision),
  text('type', ({ record }) => record.value.type),
  optionalTime('sent_at', ({ record }) => record.value.sentAt),
  time('archived_at', ({ record }) => record.value.archivedAt),
  time('ingested_at', ({ record }) => record.value.ingestedAt),
]

/** Columns that end every dataset: what made the row, and which record it came from. */
export const originColumns = <
  E extends DatasetEvent,
  Row extends FromRecord<E>,
>(): readonly Column<Row>[] => [
  text('code_version', ({ record }) => record.value.producedBy.codeVersion),
  text('config_hash', ({ record }) => record.value.producedBy.configHash),
  optionalText('policy_version', ({ record }) => record.value.producedBy.policyVersion),
  long('source_offset', ({ record }) => record.offset),
]
