import type { AssignedPartition, CommittedOffset, LogTransaction } from '../ports/record-log.ts'
import type { TopicName, TopicPartition } from '../model/record.ts'
import type { Clock } from '../ports/clock.ts'

/** A member as its group sees it. */
export interface GroupMember {
  readonly topics: readonly TopicName[]
  /**
   * outside ──poll──► waiting ──(all here, or time is up)──► owner ──(rebalance)──► yielding ──poll──► waiting
   *
   * From owner and yielding a member that is away too long falls back to outside, without being told.
   */
  standing: 'outside' | 'waiting' | 'owner' | 'yielding'
  /** Called when there may be something new for its poll. */
  readonly wake: () => void
  readonly assigned: (epoch: number, partitions: readonly AssignedPartition[]) => void
}

export interface GroupOptions {
  /** Longest wait for members to come back when partitions are given out anew, milliseconds. */
  readonly rebalanceMs: number
  readonly atomicCommit: boolean
}

export const partitionKey = ({ topic, partition }: TopicPartition): string =>
  `${topic}/${partition}`

/** The coordinator of one consumer group: members, epochs, ownership, committed offsets and state. Rebalances eagerly. */
export class SimulatedGroup {
  readonly state = new Map<string, Uint8Array>()
  readonly #clock: Clock
  readonly #options: GroupOptions
  readonly #partitionsOf: (topic: TopicName) => number
  readonly #committed = new Map<string, CommittedOffset>()
  readonly #members = new Set<GroupMember>()
  readonly #owners = new Map<string, GroupMember>()
  /** Transactions that took effect, so that one sent again takes effect once. */
  readonly #applied = new WeakSet<LogTransaction>()
  #epoch = 0
  #cancelDeadline: (() => void) | undefined

  constructor(clock: Clock, options: GroupOptions, partitionsOf: (topic: TopicName) => number) {
    this.#clock = clock
    this.#options = options
    this.#partitionsOf = partitionsOf
  }

  get epoch(): number {
    return this.#epoch
  }

  get rebalancing(): boolean {
    return this.#cancelDeadline !== undefined
  }

  get committed(): readonly CommittedOffset[] {
    return [...this.#committed.values()]
  }

  /** A member asks for partitions. */
  enter(member: GroupMember): void {
    const isNew = !this.#members.has(member)
    this.#members.add(member)
    member.standing = 'waiting'
    if (isNew) this.#rebalance()
    this.#completeIfAllHere()
  }

  /** A member is gone, or taken for gone. */
  remove(member: GroupMember): void {
    member.standing = 'outside'
    if (!this.#members.delete(member)) return
    this.#rebalance()
    this.#completeIfAllHere()
  }

  wakeAll(): void {
    for (const member of this.#members) member.wake()
  }

  /** True when the member owns all of it in this epoch. */
  owns(member: GroupMember, transaction: LogTransaction): boolean {
    const standing = member.standing === 'owner' || member.standing === 'yielding'
    return (
      standing &&
      transaction.epoch === this.#epoch &&
      transaction.offsets.every((each) => this.#owners.get(partitionKey(each)) === member)
    )
  }

  wasApplied(transaction: LogTransaction): boolean {
    return this.#options.atomicCommit && this.#applied.has(transaction)
  }

  /** Whether the transaction took effect, however its answer fared. */
  hasApplied(transaction: LogTransaction): boolean {
    return this.#applied.has(transaction)
  }

  /** Takes over offsets and state. */
  apply(transaction: LogTransaction): void {
    this.#applied.add(transaction)
    for (const { key, value } of transaction.state) {
      if (value) this.state.set(key, value)
      else this.state.delete(key)
    }
    for (const each of transaction.offsets) this.#committed.set(partitionKey(each), each)
  }

  #rebalance(): void {
    this.#cancelDeadline ??= this.#clock.after(this.#options.rebalanceMs, () => this.#complete())
    this.wakeAll()
  }

  #completeIfAllHere(): void {
    const allHere = [...this.#members].every((member) => member.standing === 'waiting')
    if (this.rebalancing && allHere) this.#complete()
  }

  /** Whoever did not come back in time is out. */
  #complete(): void {
    this.#cancelDeadline?.()
    this.#cancelDeadline = undefined
    for (const member of this.#members) {
      if (member.standing === 'waiting') continue
      member.standing = 'outside'
      this.#members.delete(member)
    }
    this.#epoch++
    this.#owners.clear()
    for (const [member, partitions] of this.#distribute()) {
      member.standing = 'owner'
      member.assigned(this.#epoch, partitions)
    }
  }

  #distribute(): ReadonlyMap<GroupMember, readonly AssignedPartition[]> {
    const members = [...this.#members]
    const shares = new Map<GroupMember, AssignedPartition[]>(members.map((each) => [each, []]))
    const topics = new Set(members.flatMap((member) => member.topics))
    // Partitions move at every other rebalance, and come back to the same member at those between.
    let turn = this.#epoch >> 1
    for (const topic of topics) {
      const takers = members.filter((member) => member.topics.includes(topic))
      for (let partition = 0; partition < this.#partitionsOf(topic); partition++, turn++) {
        const taker = takers[turn % takers.length]!
        this.#owners.set(partitionKey({ topic, partition }), taker)
        shares.get(taker)!.push(this.#startOf({ topic, partition }))
      }
    }
    return shares
  }

  #startOf(partition: TopicPartition): AssignedPartition {
    const known = this.#committed.get(partitionKey(partition))
    return { ...partition, offset: known?.offset ?? 0, metadata: known?.metadata ?? '' }
  }
}
