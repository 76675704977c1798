import type { TopicPartition } from '../model/record.ts'
import type { LogRecord } from '../ports/record-log.ts'

/** One assignment of one partition to this process. */
export interface Task {
  readonly partition: TopicPartition
  readonly epoch: number
  /** False from the moment the partition is lost or the run ends. */
  readonly alive: boolean
  /** True when more records may be fetched. */
  readonly wantsMore: boolean
  /** True when everything taken up is durable. */
  readonly idle: boolean
  /** One past the last offset taken up. */
  readonly next: number
  /** Records taken up and not yet durable. */
  readonly inFlight: number
  /** Records and bytes at work, without those that wait for room. Kept within the caps. */
  readonly load: { readonly records: number; readonly bytes: number }
  readonly accept: (records: readonly LogRecord[]) => void
  /** Nothing more comes from before `next`. */
  readonly pass: (next: number) => void
  /** Writes out what is held back for a fuller batch. */
  readonly flush: () => void
  /** Takes up nothing more: what was fetched but not begun is left to whoever comes next. */
  readonly seal: () => void
  /** Ends at once: nothing more is committed. */
  readonly stop: () => void
}
