import { Fault } from '../model/failure.ts'
import type { TopicName, TopicPartition } from '../model/record.ts'
import {
  maxMetadataLength,
  type AssignedPartition,
  type LogConsumer,
  type LogEvent,
  type LogRecord,
  type LogTransaction,
} from '../ports/record-log.ts'
import { partitionKey, type GroupMember, type SimulatedGroup } from './simulated-group.ts'
import type { SimulatedPartition } from './simulated-partition.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import type { SimulatedRecordLog } from './simulated-record-log.ts'

/** What goes wrong between a process and the log. Asked once per call. */
export interface LogFaults {
  /** Milliseconds until the answer of a poll arrives; more than the session time makes the member a zombie. */
  readonly pollDelayMs: () => number
  readonly commitDelayMs: () => number
  /** `refused`: nothing happened. `answer-lost`: it took effect, but the caller gets a fault. */
  readonly commit: () => 'none' | 'refused' | 'answer-lost'
  /** True while the log is away: commits fail, polls fail or bring nothing, and nobody is missed. */
  readonly away: () => boolean
  /** True: records that were fetched before a rebalance arrive after it. */
  readonly stalePrefetch: () => boolean
}

export const noFaults: LogFaults = {
  pollDelayMs: () => 0,
  commitDelayMs: () => 0,
  commit: () => 'none',
  away: () => false,
  stalePrefetch: () => false,
}

interface Position extends TopicPartition {
  readonly key: string
  readonly log: SimulatedPartition
  /** Next offset to be delivered. */
  next: number
  /** Is not delivered. */
  done: ReadonlySet<number>
}

interface Held {
  readonly epoch: number
  readonly positions: readonly Position[]
  /** Which of them is read first. */
  first: number
}

/** One past the last record. */
const endOf = (records: readonly LogRecord[]): number | undefined => {
  const last = records.at(-1)
  return last && last.offset + 1
}

const none: ReadonlySet<number> = new Set()

const nothingHeld: Held = { epoch: -1, positions: [], first: 0 }

export interface SimulatedSubscription {
  readonly group: string
  readonly topics: readonly TopicName[]
  /** Each commit is a transaction of its partition. */
  readonly transactional: boolean
}

/** One member of a simulated group: what the process holds, and what the group thinks of it. */
export class SimulatedConsumer implements LogConsumer, GroupMember {
  readonly topics: readonly TopicName[]
  standing: GroupMember['standing'] = 'outside'
  readonly #log: SimulatedRecordLog
  readonly #groupName: string
  readonly #group: SimulatedGroup
  readonly #process: SimulatedProcess
  readonly #faults: LogFaults
  readonly #paused = new Set<string>()
  #held = nothingHeld
  #before = nothingHeld
  #news: LogEvent[] = []
  #asking: ((events: readonly LogEvent[]) => void) | undefined
  #cancelWait: (() => void) | undefined
  #cancelAbsence: (() => void) | undefined
  #toldToYield = false
  #closed = false
  readonly #transactional: boolean
  /** Under what it writes, by transactional id. */
  readonly #producerEpochs = new Map<string, number>()

  constructor(
    log: SimulatedRecordLog,
    { group, topics, transactional }: SimulatedSubscription,
    process: SimulatedProcess,
    faults: LogFaults,
  ) {
    this.topics = topics
    this.#log = log
    this.#groupName = group
    this.#group = log.group(group)
    this.#transactional = transactional
    this.#process = process
    this.#faults = faults
    process.onHalt(() => this.#countAbsence())
    this.#countAbsence()
    this.#group.enter(this)
  }

  readonly poll = async (maxWaitMs: number): Promise<readonly LogEvent[]> => {
    if (this.#closed) return []
    if (this.#faults.away()) throw new Fault('dependency-down', 'record-log', 'the log is away')
    this.#cancelAbsence?.()
    if (this.#toldToYield) this.#giveUp()
    if (this.standing === 'outside' && this.#held !== nothingHeld) return [this.#revoked()]
    return new Promise((resolve) => {
      this.#asking = resolve
      this.#cancelWait = this.#log.clock.after(maxWaitMs, () => this.#answer([]))
      if (this.standing === 'outside' || this.standing === 'yielding') this.#group.enter(this)
      this.wake()
    })
  }

  readonly pause = (partitions: readonly TopicPartition[]): void => {
    for (const partition of partitions) this.#paused.add(partitionKey(partition))
  }

  readonly resume = (partitions: readonly TopicPartition[]): void => {
    for (const partition of partitions) this.#paused.delete(partitionKey(partition))
    this.wake()
  }

  /** In every other partition, so that whoever says it can do without. */
  readonly passOver = (partition: TopicPartition, offsets: readonly number[]): void => {
    const position = this.#held.positions.find(({ key }) => key === partitionKey(partition))
    if (position && position.partition % 2 === 0) position.done = new Set(offsets)
  }

  readonly readState = (key: string): Uint8Array | undefined => this.#group.state.get(key)

  readonly leave = async (): Promise<void> => {
    if (this.#closed) return
    this.#closed = true
    this.#cancelAbsence?.()
    this.#answer([])
    if (!this.#process.dead) this.#group.remove(this)
  }

  /** The request travels, takes effect (or not), and the answer travels back. */
  readonly commit = (transaction: LogTransaction): Promise<'committed' | 'fenced'> => {
    this.#log.options.observer.attempted?.(
      this.#groupName,
      transaction,
      this.#held.epoch === transaction.epoch,
    )
    const tooLong = transaction.offsets.some((each) => each.metadata.length > maxMetadataLength)
    if (tooLong) return Promise.reject(new Error('commit metadata is too long'))
    if (this.#transactional && transaction.offsets.length !== 1)
      return Promise.reject(new RangeError('a transaction names the offset of one partition'))
    const fault = this.#faults.commit()
    return new Promise((resolve, reject) => {
      const fail = (): void =>
        this.#process.deliver(() =>
          reject(new Fault('transient', 'record-log', 'the log did not answer')),
        )
      if (this.#transactional)
        return this.#transact(transaction, fault === 'refused', (result) => {
          if (result === 'failed' || fault === 'answer-lost') fail()
          else this.#process.deliver(() => resolve(result))
        })
      this.#later(() => {
        if (fault === 'refused' || this.#faults.away()) return fail()
        const done = (result: 'committed' | 'fenced'): void => {
          if (fault === 'answer-lost') fail()
          else this.#process.deliver(() => resolve(result))
        }
        this.#takeEffect(transaction, done, fail)
      })
    })
  }

  /** Answers a waiting poll when there is something to say. */
  wake = (): void => {
    if (!this.#asking || this.#faults.away()) return
    if (this.#news.length > 0) return this.#answer(this.#news.splice(0))
    if (this.standing !== 'owner') return
    if (!this.#group.rebalancing) {
      const records = this.#fetch(this.#held)
      if (records.length > 0) this.#answer(records)
    } else if (this.#held.positions.length === 0) {
      this.#giveUp()
      this.#group.enter(this)
    } else {
      this.standing = 'yielding'
      this.#answer([this.#revoked()])
    }
  }

  assigned = (epoch: number, partitions: readonly AssignedPartition[]): void => {
    if (this.#transactional) this.#takeOver(partitions)
    this.#held = {
      epoch,
      positions: partitions.map(({ topic, partition, offset }) => ({
        topic,
        partition,
        key: partitionKey({ topic, partition }),
        log: this.#log.partitions(topic)[partition]!,
        next: offset,
        done: none,
      })),
      first: 0,
    }
    this.#news = [{ kind: 'assigned', epoch, partitions }]
    if (this.#faults.stalePrefetch()) this.#news.push(...this.#fetch(this.#before))
    this.wake()
  }

  /** The next poll gives the partitions up; until then the group decides whether a commit still counts. */
  #revoked(): LogEvent {
    this.#toldToYield = true
    const { positions } = this.#held
    return {
      kind: 'revoked',
      partitions: positions.map(({ topic, partition }) => ({ topic, partition })),
    }
  }

  #giveUp(): void {
    this.#toldToYield = false
    this.#before = this.#held
    this.#held = nothingHeld
  }

  /** At most so many records in all, in equal shares, as from a real log; who got none for want of room is first next time. */
  #fetch(held: Held): readonly LogEvent[] {
    const { maxPollRecords, flaw } = this.#log.options
    const ready = this.#ready(held)
    const share = Math.ceil(maxPollRecords / Math.max(1, ready.length))
    const events: LogEvent[] = []
    let room = maxPollRecords
    for (const { position, index } of ready) {
      if (room === 0) break
      const { topic, partition, next, log } = position
      const most = Math.min(share, room)
      const all = flaw === 'reads-uncommitted'
      const found = all ? log.uncommittedFrom(next, most) : log.from(next, most)
      const records = found.filter(({ offset }) => !position.done.has(offset))
      const end = endOf(found) ?? next
      const of = { epoch: held.epoch, partition: { topic, partition } }
      if (found.length > 0) held.first = index + 1
      room -= found.length
      position.next = found.length < most ? Math.max(end, log.stable) : end
      if (records.length > 0) events.push({ kind: 'records', ...of, records })
      if (position.next > (endOf(records) ?? next))
        events.push({ kind: 'passed', ...of, next: position.next })
    }
    return events
  }

  /** Where there may be something to read, in the order in which it is read, with the place among all. */
  #ready({ epoch, positions, first }: Held): readonly { position: Position; index: number }[] {
    const now = epoch === this.#held.epoch
    const found: { position: Position; index: number }[] = []
    for (let step = 0; step < positions.length; step++) {
      const index = (first + step) % positions.length
      const position = positions[index]!
      const { key, next, log } = position
      if (log.end > next && !(now && this.#paused.has(key))) found.push({ position, index })
    }
    return found
  }

  #takeOver(partitions: readonly AssignedPartition[]): void {
    this.#producerEpochs.clear()
    for (const each of partitions) {
      const id = this.#transactionalId(each)
      this.#producerEpochs.set(id, this.#log.transactions.takeOver(id))
    }
  }

  #transactionalId({ topic, partition }: TopicPartition): string {
    return `${this.#groupName}.${topic}.${partition}`
  }

  /**
   * Outputs, then offsets, then the end: three requests, each of which a frozen process sends when it wakes and a dead one
   * never. The group checks the member at the second, the coordinator of transactions the producer at all.
   */
  #transact(
    transaction: LogTransaction,
    refused: boolean,
    done: (result: 'committed' | 'fenced' | 'failed') => void,
  ): void {
    const { transactions, options } = this.#log
    const id = this.#transactionalId(transaction.offsets[0]!)
    const epoch = this.#producerEpochs.get(id) ?? -1
    const apply = (): void => {
      this.#group.apply(transaction)
      options.observer.committed?.(this.#groupName, transaction)
      done('committed')
    }
    const next = (action: () => void): void =>
      this.#later(() => this.#process.deliver(() => this.#later(action)))
    this.#later(() => {
      if (this.#faults.away()) return done('failed')
      // The end of a transaction is asked for again until it is known.
      if (this.#group.hasApplied(transaction)) return done('committed')
      const open = transactions.begin(id, epoch)
      if (!open) return this.#letGo(id, epoch, done)
      this.#log.hold(transaction.outputs, open)
      next(() => {
        if (refused || this.#faults.away()) return done('failed')
        if (!this.#group.owns(this, transaction)) {
          transactions.abort(open)
          return done('fenced')
        }
        next(() => {
          if (this.#faults.away()) return done('failed')
          if (!transactions.commit(open)) return this.#letGo(id, epoch, done)
          if (options.flaw === 'commits-offsets-apart') next(apply)
          else apply()
        })
      })
    })
  }

  /** Another producer came after: only a new assignment tells what was committed, and until then nothing else is. */
  #letGo(id: string, epoch: number, done: (result: 'fenced') => void): void {
    if (this.#producerEpochs.get(id) === epoch) {
      this.#producerEpochs.delete(id)
      if (this.standing === 'owner') this.#group.remove(this)
    }
    done('fenced')
  }

  #answer(events: readonly LogEvent[]): void {
    const resolve = this.#asking
    if (!resolve) return
    this.#asking = undefined
    this.#cancelWait?.()
    this.#countAbsence()
    const deliver = (): void => this.#process.deliver(() => resolve(events))
    const delay = this.#faults.pollDelayMs()
    if (delay > 0) this.#log.clock.after(delay, deliver)
    else deliver()
  }

  /** Who does not come back to poll in time is taken for gone. */
  #countAbsence(): void {
    this.#cancelAbsence?.()
    this.#cancelAbsence = this.#log.clock.after(this.#log.options.sessionMs, () => {
      if (this.#faults.away()) return this.#countAbsence()
      const present = this.#process.running && this.#asking !== undefined
      if (!present && !this.#closed) this.#group.remove(this)
    })
  }

  #later(action: () => void): void {
    const delay = this.#faults.commitDelayMs()
    if (delay > 0) this.#log.clock.after(delay, action)
    else action()
  }

  #takeEffect(
    transaction: LogTransaction,
    done: (result: 'committed' | 'fenced') => void,
    fail: () => void,
  ): void {
    if (this.#group.wasApplied(transaction)) return done('committed')
    if (!this.#group.owns(this, transaction)) return done('fenced')
    this.#log.append(transaction.outputs)
    const commit = (): void => {
      if (this.#faults.away()) return fail()
      if (!this.#group.owns(this, transaction)) return done('fenced')
      this.#group.apply(transaction)
      this.#log.options.observer.committed?.(this.#groupName, transaction)
      done('committed')
    }
    if (this.#log.options.atomicCommit) commit()
    // The offsets are a second request, which a dead process does not send any more.
    else this.#later(() => this.#process.deliver(commit))
  }
}
