import type { TopicPartition } from '../model/record.ts'
import type { AssignedPartition, LogEvent, LogRecord } from '../ports/record-log.ts'
import { partitionKey } from './simulated-group.ts'
import type { SimulatedPartition } from './simulated-partition.ts'
import type { SimulatedRecordLog } from './simulated-record-log.ts'

interface Position extends TopicPartition {
  readonly key: string
  readonly log: SimulatedPartition
  /** Next offset to be delivered. */
  next: number
  /** Is not delivered. */
  done: ReadonlySet<number>
}

/** One past the last record. */
const endOf = (records: readonly LogRecord[]): number | undefined => {
  const last = records.at(-1)
  return last && last.offset + 1
}

const none: ReadonlySet<number> = new Set()

/** The partitions of one assignment of a member, and how far each has been read. */
export class HeldPartitions {
  readonly epoch: number
  readonly #log: SimulatedRecordLog
  readonly #positions: readonly Position[]
  /** Which of them is read first. */
  #first = 0

  constructor(log: SimulatedRecordLog, epoch: number, partitions: readonly AssignedPartition[]) {
    this.epoch = epoch
    this.#log = log
    this.#positions = partitions.map(({ topic, partition, offset }) => ({
      topic,
      partition,
      key: partitionKey({ topic, partition }),
      log: log.partitions(topic)[partition]!,
      next: offset,
      done: none,
    }))
  }

  get partitions(): readonly TopicPartition[] {
    return this.#positions.map(({ topic, partition }) => ({ topic, partition }))
  }

  get empty(): boolean {
    return this.#positions.length === 0
  }

  /** In every other partition, so that whoever says it can do without. */
  passOver(partition: TopicPartition, offsets: readonly number[]): void {
    const position = this.#positions.find(({ key }) => key === partitionKey(partition))
    if (position && position.partition % 2 === 0) position.done = new Set(offsets)
  }

  /** At most so many records in all, in equal shares, as from a real log; who got none for want of room is first next time. */
  fetch(paused: ReadonlySet<string>): readonly LogEvent[] {
    const { maxPollRecords } = this.#log.options
    const ready = this.#ready(paused)
    const share = Math.ceil(maxPollRecords / Math.max(1, ready.length))
    const events: LogEvent[] = []
    let room = maxPollRecords
    for (const { position, index } of ready) {
      if (room === 0) break
      const found = this.#read(position, Math.min(share, room), events)
      if (found > 0) this.#first = index + 1
      room -= found
    }
    return events
  }

  /** Answers how many records there were, those counted that are not delivered. */
  #read(position: Position, most: number, events: LogEvent[]): number {
    const { topic, partition, next, log } = position
    const all = this.#log.options.flaw === 'reads-uncommitted'
    const found = all ? log.uncommittedFrom(next, most) : log.from(next, most)
    const records = found.filter(({ offset }) => !position.done.has(offset))
    const end = endOf(found) ?? next
    const of = { epoch: this.epoch, partition: { topic, partition } }
    position.next = found.length < most ? Math.max(end, log.stable) : end
    if (records.length > 0) events.push({ kind: 'records', ...of, records })
    if (position.next > (endOf(records) ?? next))
      events.push({ kind: 'passed', ...of, next: position.next })
    return found.length
  }

  /** Where there may be something to read, in the order in which it is read, with the place among all. */
  #ready(paused: ReadonlySet<string>): readonly { position: Position; index: number }[] {
    const found: { position: Position; index: number }[] = []
    for (let step = 0; step < this.#positions.length; step++) {
      const index = (this.#first + step) % this.#positions.length
      const position = this.#positions[index]!
      if (position.log.end > position.next && !paused.has(position.key))
        found.push({ position, index })
    }
    return found
  }
}
