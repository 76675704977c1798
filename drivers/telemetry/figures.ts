import type { Telemetry, TelemetryEvent } from '../../topology/ports/telemetry.ts'
import { Distribution } from './distribution.ts'
import { Tally } from './tally.ts'

/** Upper bounds of seconds of work: a stage, a sink, a commit. */
export const workSeconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
/** Upper bounds of records of one batch. */
export const batchRecords = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000, 25_000, 100_000]

/** Upper bounds of items of one request to a model. */
export const requestItems = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

/** What a model was asked since the process began. */
export class ModelFigures {
  readonly items = new Distribution(requestItems)
  readonly seconds = new Distribution(workSeconds)
  failed = 0
}

/** What one sub-topology did since the process began. */
export class PartFigures {
  forwarded = 0
  dropped = 0
  dead = 0
  rebalances = 0
  restored = 0
  redone = 0
  abandoned = 0
  fenced = 0
  pauses = 0
  /** When the last commit took effect, epoch milliseconds. */
  committedAt: number | undefined
  readonly commitSeconds = new Distribution(workSeconds)
  readonly stageSeconds = new Map<string, Distribution>()
  readonly stageCpuSeconds = new Map<string, number>()
  readonly sinkSeconds = new Map<string, Distribution>()
  readonly sinkRecords = new Map<string, Distribution>()
  readonly dropReasons = new Tally(1)
  /** By stage, disposition and code. */
  readonly deadLetters = new Tally(3)
  /** By stage and dependency. */
  readonly retries = new Tally(2)
  /** By dependency. */
  readonly breakerOpened = new Tally(1)
  /** By name of what stages count. */
  readonly counted = new Tally(1)
}

/**
 * Adds up what the runtime tells, in plain numbers: what is told per record costs a few additions, and metrics are made of
 * them only when somebody asks.
 */
export class Figures implements Telemetry {
  readonly parts = new Map<string, PartFigures>()
  readonly models = new Map<string, ModelFigures>()
  readonly #next: Telemetry
  readonly #now: () => number

  /** Passes every event on to `next`. `now` answers epoch milliseconds. */
  constructor(next: Telemetry, now: () => number) {
    this.#next = next
    this.#now = now
  }

  readonly emit = (event: TelemetryEvent): void => {
    this.#add(event)
    this.#next.emit(event)
  }

  #part(name: string): PartFigures {
    const known = this.parts.get(name)
    if (known) return known
    const fresh = new PartFigures()
    this.parts.set(name, fresh)
    return fresh
  }

  #asked({ model, items, ok, ms }: Extract<TelemetryEvent, { kind: 'inference' }>): void {
    const figures = this.models.get(model) ?? new ModelFigures()
    this.models.set(model, figures)
    if (!ok) figures.failed++
    figures.items.observe(items)
    figures.seconds.observe(ms / 1_000)
  }

  #add(event: TelemetryEvent): void {
    switch (event.kind) {
      case 'stage-time':
        return distribution(this.#part(event.subTopology).stageSeconds, event.stage).observe(
          event.ms / 1_000,
        )
      case 'stage-cpu': {
        const { stageCpuSeconds } = this.#part(event.subTopology)
        stageCpuSeconds.set(event.stage, (stageCpuSeconds.get(event.stage) ?? 0) + event.ms / 1_000)
        return
      }
      case 'finished': {
        const part = this.#part(event.subTopology)
        part[event.outcome]++
        if (event.outcome === 'dropped') part.dropReasons.add([event.reason ?? ''])
        if (event.counts && event.counts.size > 0)
          for (const [name, value] of event.counts) part.counted.add([name], value)
        return
      }
      case 'committed': {
        const part = this.#part(event.subTopology)
        part.committedAt = this.#now()
        return part.commitSeconds.observe(event.ms / 1_000)
      }
      case 'batch': {
        const { sinkRecords, sinkSeconds } = this.#part(event.subTopology)
        distribution(sinkSeconds, event.sink).observe(event.ms / 1_000)
        return distribution(sinkRecords, event.sink, batchRecords).observe(event.records)
      }
      case 'inference':
        return this.#asked(event)
      case 'dead-letter':
        return this.#part(event.subTopology).deadLetters.add([
          event.stage,
          event.disposition,
          event.code,
        ])
      case 'retry':
        return this.#part(event.subTopology).retries.add([event.stage, event.dependency])
      case 'breaker':
        if (event.state === 'open')
          this.#part(event.subTopology).breakerOpened.add([event.dependency])
        return
      case 'assigned': {
        const part = this.#part(event.subTopology)
        part.rebalances++
        part.restored += event.restored
        part.redone += event.redone
        return
      }
      case 'revoked':
        this.#part(event.subTopology).abandoned += event.abandoned
        return
      case 'paused':
        this.#part(event.subTopology).pauses++
        return
      case 'fenced':
        this.#part(event.subTopology).fenced++
        return
      case 'resumed':
      case 'notice':
      case 'fatal':
        return
    }
  }
}

const distribution = (
  all: Map<string, Distribution>,
  name: string,
  bounds: readonly number[] = workSeconds,
): Distribution => {
  const known = all.get(name)
  if (known) return known
  const fresh = new Distribution(bounds)
  all.set(name, fresh)
  return fresh
}
