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
  /** Most records of one poll, in equal shares of the partitions that have some. */
  readonly perPoll: number
  readonly keysPerPartition: number
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

  const recordAt = (partition: number, offset: number): LogRecord => ({
    offset,
    key: Buffer.from(`key-${partition}-${offset % options.keysPerPartition}`),
    value: Buffer.alloc(valueBytes, 1),
    timestamp: 0,
    headers: {},
  })

  const consumer = (): LogConsumer => {
    const next = new Float64Array(partitions)
    const paused = new Set<number>()
    let first = 0
    let news: LogEvent[] = [
      {
        kind: 'assigned',
        epoch: 1,
        partitions: places.map((place) => ({ ...place, offset: 0, metadata: '' })),
      },
    ]
    const fetch = (): readonly LogEvent[] => {
      const events: LogEvent[] = []
      const share = Math.ceil(options.perPoll / partitions)
      let room = options.perPoll
      let step = 0
      for (; step < partitions && room > 0; step++) {
        const partition = (first + step) % partitions
        const from = next[partition]!
        const count = Math.min(share, room, recordsPerPartition - from)
        if (count <= 0 || paused.has(partition)) continue
        const records = Array.from({ length: count }, (_, index) =>
          recordAt(partition, from + index),
        )
        next[partition] = from + count
        room -= count
        events.push({ kind: 'records', epoch: 1, partition: places[partition]!, records })
      }
      first = (first + step) % partitions
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
