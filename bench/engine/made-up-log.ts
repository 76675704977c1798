import type { TopicName } from '../../topology/model/record.ts'
import type {
  LogConsumer,
  LogEvent,
  LogRecord,
  RecordLog,
} from '../../topology/ports/record-log.ts'

export interface MadeUpLogOptions {
  readonly topic: TopicName
  readonly partitions: number
  readonly recordsPerPartition: number
  /** Most records of one poll. */
  readonly perPoll: number
  /** Most records of a partition in a row; then it is the next one's turn, over and over until the poll is full. */
  readonly perBatch: number
  /** Taken in turn by the records, whatever their partition. */
  readonly keys: number
  /** How many outputs are durable, after each commit. */
  readonly onCommit: (done: number) => void
}

/** A log that makes up its records when they are asked for and forgets what is written. */
export interface MadeUpLog {
  readonly log: RecordLog
  /** Commits that went back, of which there must be none. */
  readonly wrong: () => number
}

const valueBytes = 100

export const createMadeUpLog = (options: MadeUpLogOptions): MadeUpLog => {
  const { topic, partitions, recordsPerPartition } = options
  const places = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
  const committed = new Float64Array(partitions)
  let done = 0
  let wrong = 0

  /**
   * Made beforehand: what bytes cost is the log's, and grows with the number of places in which they lie. For the same reason they
   * lie in the order of records, as what was just fetched does.
   */
  const value = Buffer.alloc(valueBytes, 1)
  const keys = Array.from({ length: options.keys }, (_, key) => Buffer.from(`key-${key}`))
  let made = 0

  const recordAt = (offset: number): LogRecord => ({
    offset,
    key: keys[made++ % keys.length]!,
    value,
    timestamp: 0,
    headers: {},
  })

  const consumer = (): LogConsumer => {
    const next = new Float64Array(partitions)
    const paused = new Set<number>()
    let turn = 0
    let news: LogEvent[] = [
      {
        kind: 'assigned',
        epoch: 1,
        partitions: places.map((place) => ({ ...place, offset: 0, metadata: '' })),
      },
    ]
    const take = (partition: number, most: number): LogEvent | undefined => {
      const from = next[partition]!
      const count = Math.min(options.perBatch, most, recordsPerPartition - from)
      if (count <= 0 || paused.has(partition)) return undefined
      next[partition] = from + count
      const records = Array.from({ length: count }, (_, index) => recordAt(from + index))
      return { kind: 'records', epoch: 1, partition: places[partition]!, records }
    }
    const fetch = (): readonly LogEvent[] => {
      const events: LogEvent[] = []
      let room = options.perPoll
      for (let without = 0; without < partitions && room > 0; turn = (turn + 1) % partitions) {
        const event = take(turn, room)
        if (event?.kind === 'records') room -= event.records.length
        if (event) events.push(event)
        without = event ? 0 : without + 1
      }
      return events
    }
    return {
      poll: async () => {
        await new Promise((resolve) => setImmediate(resolve))
        const told = news.length > 0 ? news : fetch()
        news = []
        return told
      },
      pause: (which) => which.forEach(({ partition }) => paused.add(partition)),
      resume: (which) => which.forEach(({ partition }) => paused.delete(partition)),
      commit: async ({ offsets, outputs }) => {
        done += outputs.length
        for (const { partition, offset } of offsets) {
          if (offset < committed[partition]!) wrong++
          committed[partition] = offset
        }
        options.onCommit(done)
        return 'committed'
      },
      readState: () => undefined,
      leave: async () => {},
    }
  }

  const log: RecordLog = {
    atomicCommit: true,
    ensureTopics: async () => {},
    produce: async () => {},
    join: async () => consumer(),
    ends: async () => places.map(() => recordsPerPartition),
    committed: async () => [],
    read: async () => [],
    close: async () => {},
  }
  return { log, wrong: () => wrong }
}
