import type { LogEvent } from '../ports/record-log.ts'
import type { TopicPartition } from '../model/record.ts'
import type { PartEnvironment } from './environment.ts'
import type { Plan } from './plan.ts'
import { RangeTask } from './range-task.ts'
import { RecordTask } from './record-task.ts'
import type { Task } from './task.ts'

export const partitionId = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`

/** The tasks of the partitions that this process owns now. */
export class Assignment {
  readonly #env: PartEnvironment
  readonly #plans: readonly Plan[]
  readonly #tasks = new Map<string, Task>()
  readonly #paused = new Set<string>()
  #epoch = 0

  constructor(env: PartEnvironment, plans: readonly Plan[]) {
    this.#env = env
    this.#plans = plans
  }

  get tasks(): readonly Task[] {
    return [...this.#tasks.values()]
  }

  /** Carries out what the log says. */
  handle(event: LogEvent): void {
    switch (event.kind) {
      case 'assigned':
        return this.#assign(event)
      case 'revoked':
        return this.#revoke(event.partitions)
      case 'records':
        // A batch fetched under an earlier epoch belongs to a task that is gone.
        if (event.epoch !== this.#epoch) return
        return this.#tasks.get(partitionId(event.partition))?.accept(event.records)
    }
  }

  /** Pauses partitions that are full, resumes those that have room again. All are paused while the breaker is open. */
  balance(): void {
    for (const [id, task] of this.#tasks) {
      const wanted = task.wantsMore && !this.#env.breaker.open
      if (wanted && this.#paused.delete(id)) this.#switch('resumed', task.partition)
      if (!wanted && !this.#paused.has(id)) {
        this.#paused.add(id)
        this.#switch('paused', task.partition)
      }
    }
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
    for (const assigned of event.partitions) {
      const plan = this.#plans.find((each) => each.topic.name === assigned.topic)
      if (!plan) continue
      const [step] = plan.steps
      const task =
        step?.kind === 'sink' && step.sink.kind === 'range-sink'
          ? new RangeTask(this.#env, step.sink, assigned, event.epoch)
          : new RecordTask(this.#env, plan, assigned, event.epoch)
      this.#tasks.set(partitionId(assigned), task)
    }
    const partitions = event.partitions.length
    this.#env.telemetry.emit({ kind: 'assigned', subTopology: this.#env.name, partitions })
  }

  #revoke(partitions: readonly TopicPartition[]): void {
    if (partitions.length === 0) return
    for (const partition of partitions) {
      const id = partitionId(partition)
      this.#tasks.get(id)?.stop()
      this.#tasks.delete(id)
      this.#paused.delete(id)
    }
    this.#env.telemetry.emit({
      kind: 'revoked',
      subTopology: this.#env.name,
      partitions: partitions.length,
    })
  }
}
