import type { TopicPartition } from '../../../topology/model/record.ts'
import type { Clock } from '../../../topology/ports/clock.ts'
import {
  maxMetadataLength,
  type LogConsumer,
  type LogEvent,
  type LogRecord,
  type LogTransaction,
} from '../../../topology/ports/record-log.ts'
import type { ConsumerGroup, Member } from './consumer-group.ts'
import type { ReadLimit } from './log-tables.ts'

export interface GroupConsumerOptions {
  readonly clock: Clock
  readonly group: ConsumerGroup
  readonly member: Member
  readonly limit: ReadLimit
  /** Durable records from the offset on. */
  readonly read: (
    partition: TopicPartition,
    offset: number,
    limit: ReadLimit,
  ) => { readonly records: readonly LogRecord[]; readonly bytes: number }
  /** Applies the transaction inside one write when `allowed` still holds then. */
  readonly write: (
    transaction: LogTransaction,
    allowed: () => boolean,
  ) => Promise<'committed' | 'fenced'>
  /** Resolves after everything written before. */
  readonly barrier: () => Promise<void>
  readonly readState: (key: string) => Uint8Array | undefined
  readonly closed: () => boolean
}

interface Cursor {
  readonly partition: TopicPartition
  next: number
  paused: boolean
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`

export const createGroupConsumer = (options: GroupConsumerOptions): LogConsumer => {
  const { clock, group, member } = options
  const cursors = new Map<string, Cursor>()
  /** Partitions in the order in which they are read next: who was read goes to the back. */
  let turn: Cursor[] = []
  let epoch = 0
  let polling = false
  let left = false

  const takeAssignment = (): LogEvent => {
    member.phase = 'owning'
    epoch = member.assignment.epoch
    cursors.clear()
    for (const { topic, partition, offset } of member.assignment.partitions) {
      const cursor = { partition: { topic, partition }, next: offset, paused: false }
      cursors.set(nameOf(cursor.partition), cursor)
    }
    turn = [...cursors.values()]
    return { kind: 'assigned', epoch, partitions: member.assignment.partitions }
  }

  const giveUp = (): readonly TopicPartition[] => {
    const partitions = turn.map((each) => each.partition)
    cursors.clear()
    turn = []
    return partitions
  }

  const readAll = (): readonly LogEvent[] => {
    const events: LogEvent[] = []
    let { records: room, bytes } = options.limit
    const active = turn.filter((each) => !each.paused)
    const share = Math.max(1, Math.ceil(room / Math.max(1, active.length)))
    for (const cursor of active) {
      if (room <= 0 || bytes <= 0) break
      const limit = { records: Math.min(share, room), bytes }
      const found = options.read(cursor.partition, cursor.next, limit)
      const last = found.records.at(-1)
      if (!last) continue
      cursor.next = last.offset + 1
      room -= found.records.length
      bytes -= found.bytes
      turn = [...turn.filter((each) => each !== cursor), cursor]
      events.push({ kind: 'records', epoch, partition: cursor.partition, records: found.records })
    }
    return events
  }

  /** A member that was put out tells what it lost, and joins again. */
  const rejoin = (): readonly LogEvent[] => {
    const partitions = giveUp()
    group.join(member)
    return partitions.length > 0 ? [{ kind: 'revoked', partitions }] : []
  }

  const step = (): readonly LogEvent[] => {
    switch (member.phase) {
      case 'out':
        return rejoin()
      case 'revoking':
        member.phase = 'revoked'
        return [{ kind: 'revoked', partitions: giveUp() }]
      case 'revoked':
        group.release(member)
        return []
      case 'assigned':
        return [takeAssignment(), ...readAll()]
      case 'owning':
        return readAll()
      case 'idle':
        return []
    }
  }

  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const finish = (): void => {
        cancel()
        member.wake = () => undefined
        resolve()
      }
      const cancel = clock.after(ms, finish)
      member.wake = finish
    })

  const poll = async (maxWaitMs: number): Promise<readonly LogEvent[]> => {
    const until = clock.now() + maxWaitMs
    for (;;) {
      if (left) throw new Error('the consumer has left its group')
      if (options.closed()) return []
      const events = step()
      if (events.length > 0) return events
      if (member.phase === 'idle') {
        await group.settled()
        if ((member.phase as Member['phase']) === 'assigned') continue
      }
      const ms = until - clock.now()
      if (ms <= 0) return []
      await wait(ms)
    }
  }

  return {
    poll: async (maxWaitMs) => {
      if (polling) throw new Error('poll is called again before the last poll came back')
      polling = true
      try {
        return await poll(maxWaitMs)
      } finally {
        polling = false
      }
    },
    pause: (partitions) => {
      for (const each of partitions) {
        const cursor = cursors.get(nameOf(each))
        if (cursor) cursor.paused = true
      }
    },
    resume: (partitions) => {
      for (const each of partitions) {
        const cursor = cursors.get(nameOf(each))
        if (cursor) cursor.paused = false
      }
      member.wake()
    },
    commit: async (transaction) => {
      const long = transaction.offsets.find((each) => each.metadata.length > maxMetadataLength)
      if (long) throw new RangeError(`commit metadata is longer than ${maxMetadataLength} units`)
      return options.write(transaction, () =>
        group.allows(member, transaction.epoch, transaction.offsets),
      )
    },
    readState: options.readState,
    leave: async () => {
      if (left) return
      left = true
      try {
        await options.barrier()
      } finally {
        group.remove(member)
        giveUp()
        member.wake()
      }
    },
  }
}
