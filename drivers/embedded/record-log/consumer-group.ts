import type { TopicName, TopicPartition } from '../../../topology/model/record.ts'
import type { AssignedPartition } from '../../../topology/ports/record-log.ts'
import type { Clock } from '../../../topology/ports/clock.ts'
import { assignRanges } from './assign-ranges.ts'

/**
 * Where a member stands:
 * - `idle`: owns nothing and waits for the next assignment;
 * - `assigned`: has partitions that it has not been told of yet;
 * - `owning`: works on its partitions;
 * - `revoking`: must be told that they are going;
 * - `revoked`: has been told, may still commit; its next poll makes it `idle`;
 * - `out`: left, or put out because it did not come back.
 */
export type MemberPhase = 'idle' | 'assigned' | 'owning' | 'revoking' | 'revoked' | 'out'

export interface Member {
  readonly topics: readonly TopicName[]
  phase: MemberPhase
  /** What it may commit. */
  owned: readonly TopicPartition[]
  assignment: { readonly epoch: number; readonly partitions: readonly AssignedPartition[] }
  /** Ends its long poll. */
  wake: () => void
}

export interface ConsumerGroup {
  readonly join: (member: Member) => void
  /** Takes the member out at once; what it owned goes to the others. */
  readonly remove: (member: Member) => void
  /** The member gives up what was revoked. */
  readonly release: (member: Member) => void
  /** Resolves when no assignment is being made durable. Throws when that failed. */
  readonly settled: () => Promise<void>
  /** Whether a commit of this epoch by this member may touch these partitions. */
  readonly allows: (member: Member, epoch: number, partitions: readonly TopicPartition[]) => boolean
  readonly members: () => readonly Member[]
  readonly close: () => void
}

export interface ConsumerGroupOptions {
  readonly clock: Clock
  readonly rebalanceTimeoutMs: number
  /** Last durable epoch. */
  readonly epoch: number
  /** Makes a new epoch durable. */
  readonly persist: (epoch: number) => Promise<void>
  readonly partitionsOf: (topic: TopicName) => number
  /** Adds the committed offset. */
  readonly locate: (partition: TopicPartition) => AssignedPartition
}

export const samePartition = (a: TopicPartition, b: TopicPartition): boolean =>
  a.partition === b.partition && a.topic === b.topic

const isIdle = (member: Member): boolean => member.phase === 'idle'

/**
 * The members of one group and who owns what. A change of members revokes everything from everybody (as Kafka's eager
 * protocol does); when all have let go, the next epoch is made durable and the partitions are dealt anew.
 */
export const createConsumerGroup = (options: ConsumerGroupOptions): ConsumerGroup => {
  let members: Member[] = []
  let epoch = options.epoch
  let assigning: Promise<void> | undefined
  let needed = false
  let cancelTimer: () => void = () => undefined

  const deal = (): void => {
    const shares = assignRanges(
      members.map((member) => ({ member, topics: member.topics })),
      options.partitionsOf,
    )
    for (const [member, partitions] of shares) {
      member.owned = partitions
      member.assignment = { epoch, partitions: partitions.map(options.locate) }
      member.phase = 'assigned'
      member.wake()
    }
  }

  /** Members may come and go while the epoch is made durable: the deal is among those who are there then. */
  const assign = async (): Promise<void> => {
    cancelTimer()
    try {
      await options.persist(epoch + 1)
      epoch += 1
      needed = false
      deal()
    } finally {
      assigning = undefined
    }
  }

  const assignWhenAllIdle = (): void => {
    if (!needed || assigning || members.length === 0 || !members.every(isIdle)) return
    assigning = assign()
    // Who waits in settled() gets the error; nobody has to be waiting.
    assigning.catch(() => undefined)
  }

  const putOutLate = (): void => {
    for (const member of members.filter((each) => !isIdle(each))) remove(member)
  }

  const revoke = (member: Member): void => {
    if (member.phase === 'assigned') idle(member)
    if (member.phase === 'owning') member.phase = member.owned.length === 0 ? 'idle' : 'revoking'
    member.wake()
  }

  const idle = (member: Member): void => {
    member.owned = []
    member.phase = 'idle'
  }

  const rebalance = (): void => {
    for (const member of members) revoke(member)
    if (!needed) {
      cancelTimer()
      cancelTimer = options.clock.after(options.rebalanceTimeoutMs, putOutLate)
    }
    needed = true
    assignWhenAllIdle()
  }

  const change = (apply: () => void): void => {
    apply()
    if (!assigning) rebalance()
  }

  const remove = (member: Member): void => {
    if (!members.includes(member)) return
    change(() => {
      members = members.filter((each) => each !== member)
      member.owned = []
      member.phase = 'out'
      member.wake()
    })
    if (members.length === 0) cancelTimer()
  }

  return {
    join: (member) =>
      change(() => {
        idle(member)
        members = [...members, member]
      }),
    remove,
    release: (member) => {
      idle(member)
      assignWhenAllIdle()
    },
    settled: async () => {
      assignWhenAllIdle()
      await assigning
    },
    allows: (member, claimed, partitions) =>
      claimed === epoch &&
      members.includes(member) &&
      partitions.every((each) => member.owned.some((own) => samePartition(own, each))),
    members: () => members,
    close: () => {
      cancelTimer()
      for (const member of members) member.wake()
    },
  }
}
