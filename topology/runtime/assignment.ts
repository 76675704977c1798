import type { AssignedPartition, LogEvent } from '../ports/record-log.ts'
import type { TopicName, TopicPartition } from '../model/record.ts'
import type { PartitionState } from '../ports/telemetry.ts'
import type { PartEnvironment } from './environment.ts'
import type { Plan } from './plan.ts'
import { RangeTask } from './range-task.ts'
import { RecordTask } from './record-task.ts'
import { takenOver } from './taken-over.ts'
import type { Task } from './task.ts'

/** The tasks of the partitions that this process owns now. */
export class Assignment {
  readonly #env: PartEnvironment
  readonly #plans: readonly Plan[]
  /** By topic and number of the partition: a record finds its task without text that would have to be read, too. */
  readonly #tasks = new Map<TopicName, (Task | undefined)[]>()
  readonly #paused = new Set<Task>()
  /** Whether all partitions are to be looked at for their pressure; else those that are paused. */
  #allUnbalanced = true
  #breakerOpen = false
  #epoch = 0
  #sealed = false
  #assigned = false

  constructor(env: PartEnvironment, plans: readonly Plan[]) {
    this.#env = env
    this.#plans = plans
  }

  get tasks(): readonly Task[] {
    return [...this.#tasks.values()].flat().filter((task) => task !== undefined)
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
      paused: this.#paused.has(task) ? this.#pauseReason() : undefined,
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
    const task = this.#taskOf(event.partition)
    if (!task) return
    if (event.kind === 'records') task.accept(event.records)
    else task.pass(event.next)
    this.#balanceOne(task)
  }

  #taskOf({ topic, partition }: TopicPartition): Task | undefined {
    return this.#tasks.get(topic)?.[partition]
  }

  /**
   * Pauses partitions that are full, resumes those that have room again. All are paused while the breaker is open. Called before
   * each poll; what is not paused is looked at when it gets records, as there may be thousands.
   */
  balance(): void {
    const { open } = this.#env.breaker
    const all = this.#allUnbalanced || open !== this.#breakerOpen
    this.#allUnbalanced = false
    this.#breakerOpen = open
    for (const task of all ? this.tasks : this.#paused) this.#balanceOne(task)
  }

  #balanceOne(task: Task): void {
    if (!task.alive) return
    const wanted = task.wantsMore && !this.#env.breaker.open
    if (wanted === !this.#paused.has(task)) return
    if (wanted) this.#paused.delete(task)
    else this.#paused.add(task)
    this.#switch(wanted ? 'resumed' : 'paused', task.partition)
  }

  /** The tasks of now and of later assignments take up nothing more. */
  seal(): void {
    this.#sealed = true
    this.#allUnbalanced = true
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
      if (plan) this.#add(this.#newTask(plan, assigned, event.epoch))
    }
    this.#allUnbalanced = true
    if (this.#sealed) this.seal()
    this.#assigned = true
    this.#env.telemetry.emit({
      kind: 'assigned',
      subTopology: this.#env.name,
      partitions: event.partitions.length,
      ...takenOver(this.#env, this.#plans, event.partitions),
    })
  }

  #add(task: Task): void {
    const { topic, partition } = task.partition
    const tasks = this.#tasks.get(topic) ?? []
    tasks[partition] = task
    this.#tasks.set(topic, tasks)
  }

  #remove(task: Task): void {
    const { topic, partition } = task.partition
    this.#tasks.get(topic)![partition] = undefined
    this.#paused.delete(task)
  }

  #newTask(plan: Plan, assigned: AssignedPartition, epoch: number): Task {
    // Room is used at once: the poll under way may go on waiting for long.
    const onRoom = (task: Task): void => this.#balanceOne(task)
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
      const task = this.#taskOf(partition)
      if (!task) continue
      abandoned += task.inFlight
      task.stop()
      this.#remove(task)
    }
    this.#env.order.forgetLost()
    this.#env.telemetry.emit({
      kind: 'revoked',
      subTopology: this.#env.name,
      partitions: partitions.length,
      abandoned,
    })
  }
}
