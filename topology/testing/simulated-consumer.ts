import { Fault } from '../model/failure.ts'
import type { TopicName, TopicPartition } from '../model/record.ts'
import {
  maxMetadataLength,
  type AssignedPartition,
  type LogConsumer,
  type LogEvent,
  type LogTransaction,
} from '../ports/record-log.ts'
import { HeldPartitions } from './held-partitions.ts'
import type { LogFaults } from './log-faults.ts'
import { partitionKey, type GroupMember, type SimulatedGroup } from './simulated-group.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import type { SimulatedRecordLog } from './simulated-record-log.ts'

export interface SimulatedSubscription {
  readonly group: string
  readonly topics: readonly TopicName[]
  /** Each commit is a transaction of its partition. */
  readonly transactional: boolean
}

/** What was fetched before a rebalance came while nothing was paused. */
const nonePaused: ReadonlySet<string> = new Set()

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
  #held: HeldPartitions | undefined
  #before: HeldPartitions | undefined
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
    if (this.standing === 'outside' && this.#held) return [this.#revoked(this.#held)]
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

  readonly passOver = (partition: TopicPartition, offsets: readonly number[]): void =>
    this.#held?.passOver(partition, offsets)

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
      this.#held?.epoch === transaction.epoch,
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
      const answer = (result: 'committed' | 'fenced'): void =>
        this.#process.deliver(() => {
          if (result === 'committed')
            this.#log.options.observer.answered?.(this.#groupName, transaction)
          resolve(result)
        })
      if (this.#transactional)
        return this.#transact(transaction, fault === 'refused', (result) => {
          if (result === 'failed' || fault === 'answer-lost') fail()
          else answer(result)
        })
      this.#later(() => {
        if (fault === 'refused' || this.#faults.away()) return fail()
        const done = (result: 'committed' | 'fenced'): void => {
          if (fault === 'answer-lost') fail()
          else answer(result)
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
      const records = this.#held?.fetch(this.#paused) ?? []
      if (records.length > 0) this.#answer(records)
    } else if (!this.#held || this.#held.empty) {
      this.#giveUp()
      this.#group.enter(this)
    } else {
      this.standing = 'yielding'
      this.#answer([this.#revoked(this.#held)])
    }
  }

  assigned = (epoch: number, partitions: readonly AssignedPartition[]): void => {
    if (this.#transactional) this.#takeOver(partitions)
    this.#held = new HeldPartitions(this.#log, epoch, partitions)
    this.#news = [{ kind: 'assigned', epoch, partitions }]
    if (this.#faults.stalePrefetch()) this.#news.push(...(this.#before?.fetch(nonePaused) ?? []))
    this.wake()
  }

  /** The next poll gives the partitions up; until then the group decides whether a commit still counts. */
  #revoked(held: HeldPartitions): LogEvent {
    this.#toldToYield = true
    return { kind: 'revoked', partitions: held.partitions }
  }

  #giveUp(): void {
    this.#toldToYield = false
    this.#before = this.#held
    this.#held = undefined
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
