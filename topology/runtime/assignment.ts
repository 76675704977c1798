import type { AssignedPartition, LogEvent } from '../ports/record-log.ts'
import type { TopicName, TopicPartition } from '../model/record.ts'
import type { PartitionState } from '../ports/telemetry.ts'
import type { PartEnvironment } from './environment.ts'
import type { Plan } from './plan.ts'
import { RangeTask } from './range-task.ts'
import { RecordTask } from './record-task.ts'
import { takenOver } from './taken-over.ts'
import type { Task } from './task.ts'

const ids = new Map<TopicName, string[]>()

/** The same string every time: to make one, and to find its hash, costs more than all else that is done with it. */
export const partitionId = ({ topic, partition }: TopicPartition): string => {
  let known = ids.get(topic)
  if (!known) ids.set(topic, (known = []))
  return (known[partition] ??= `${topic}/${partition}`)
}

/** The tasks of the partitions that this process owns now. */
export class Assignment {
  readonly #env: PartEnvironment
  readonly #plans: readonly Plan[]
  readonly #tasks = new Map<string, Task>()
  readonly #paused = new Set<string>()
  #epoch = 0
  #sealed = false
  #assigned = false

  constructor(env: PartEnvironment, plans: readonly Plan[]) {
    this.#env = env
    this.#plans = plans
  }

  get tasks(): readonly Task[] {
    return [...this.#tasks.values()]
  }

  /** True from an assignment until its partitions are revoked. */
  get assigned(): boolean {
    return this.#assigned
  }

  partitions(): readonly PartitionState[] {
    return this.tasks.map((task) => ({
      ...task.partition,
      inFlight: task.inFlight,
      bytes: task.load.bytes,
      paused: this.#paused.has(partitionId(task.partition)) ? this.#pauseReason() : undefined,
    }))
  }

  #pauseReason(): NonNullable<PartitionState['paused']> {
    if (this.#sealed) return 'draining'
    return this.#env.breaker.open ? 'dependency-down' : 'full'
  }

  /** Carries out what the log says. */
  handle(event: LogEvent): void {
    switch (event.kind) {
      case 'assigned':
        return this.#assign(event)
      case 'revoked':
        return this.#revoke(event.partitions)
      case 'records':
      case 'passed':
        return this.#handOn(event)
    }
  }

  /** What was fetched under an earlier epoch belongs to a task that is gone. */
  #handOn(event: Extract<LogEvent, { kind: 'records' | 'passed' }>): void {
    if (event.epoch !== this.#epoch) return
    const task = this.#tasks.get(partitionId(event.partition))
    if (event.kind === 'records') task?.accept(event.records)
    else task?.pass(event.next)
  }

  /** Pauses partitions that are full, resumes those that have room again. All are paused while the breaker is open. */
  balance(): void {
    for (const [id, task] of this.#tasks) this.#balanceOne(id, task)
  }

  #balanceOne(id: string, task: Task | undefined): void {
    if (!task) return
    const wanted = task.wantsMore && !this.#env.breaker.open
    if (wanted && this.#paused.delete(id)) this.#switch('resumed', task.partition)
    if (!wanted && !this.#paused.has(id)) {
      this.#paused.add(id)
      this.#switch('paused', task.partition)
    }
  }

  /** The tasks of now and of later assignments take up nothing more. */
  seal(): void {
    this.#sealed = true
    for (const task of this.tasks) task.seal()
  }

  stop(): void {
    this.#revoke(this.tasks.map((task) => task.partition))
  }

  #switch(kind: 'paused' | 'resumed', partition: TopicPartition): void {
    const { consumer } = this.#env
    if (kind === 'paused') consumer.pause([partition])
    else consumer.resume([partition])
    this.#env.telemetry.emit({ kind, subTopology: this.#env.name, ...partition })
  }

  #assign(event: Extract<LogEvent, { kind: 'assigned' }>): void {
    this.#epoch = event.epoch
    this.stop()
    // A client may remember the pauses of an earlier assignment.
    this.#env.consumer.resume(event.partitions)
    for (const assigned of event.partitions) {
      const plan = this.#plans.find((each) => each.topic.name === assigned.topic)
      if (plan) this.#tasks.set(partitionId(assigned), this.#taskOf(plan, assigned, event.epoch))
    }
    if (this.#sealed) this.seal()
    this.#assigned = true
    this.#env.telemetry.emit({
      kind: 'assigned',
      subTopology: this.#env.name,
      partitions: event.partitions.length,
      ...takenOver(this.#env, this.#plans, event.partitions),
    })
  }

  #taskOf(plan: Plan, assigned: AssignedPartition, epoch: number): Task {
    const id = partitionId(assigned)
    // Room is used at once: the poll under way may go on waiting for long.
    const onRoom = (): void => this.#balanceOne(id, this.#tasks.get(id))
    const [step] = plan.steps
    return step?.kind === 'sink' && step.sink.kind === 'range-sink'
      ? new RangeTask(this.#env, step.sink, assigned, epoch, onRoom)
      : new RecordTask(this.#env, plan, assigned, epoch, onRoom)
  }

  #revoke(partitions: readonly TopicPartition[]): void {
    this.#assigned = false
    if (partitions.length === 0) return
    let abandoned = 0
    for (const partition of partitions) {
      const id = partitionId(partition)
      const task = this.#tasks.get(id)
      abandoned += task?.inFlight ?? 0
      task?.stop()
      this.#tasks.delete(id)
      this.#paused.delete(id)
    }
    this.#env.telemetry.emit({
      kind: 'revoked',
      subTopology: this.#env.name,
      partitions: partitions.length,
      abandoned,
    })
  }
}
