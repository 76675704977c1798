import type { Telemetry, TelemetryEvent } from '../../topology/ports/telemetry.ts'

/** What one sub-topology did since the start of this process. */
export interface PartCount {
  forwarded: number
  dropped: number
  dead: number
  /** Why records were dropped. */
  readonly reasons: Map<string, number>
  readonly counts: Map<string, number>
}

const add = (counts: Map<string, number>, name: string, value: number): void =>
  void counts.set(name, (counts.get(name) ?? 0) + value)

/** Adds up what the runtime reports, and passes it on. */
export class RunCounter implements Telemetry {
  readonly parts = new Map<string, PartCount>()
  readonly dispositions = new Map<string, number>()
  /** Milliseconds of computing of a pure stage, by `sub-topology/stage`. */
  readonly stageCpuMs = new Map<string, number>()
  readonly #next: Telemetry

  constructor(next: Telemetry) {
    this.#next = next
  }

  part(name: string): PartCount {
    const known = this.parts.get(name)
    if (known) return known
    const fresh = { forwarded: 0, dropped: 0, dead: 0, reasons: new Map(), counts: new Map() }
    this.parts.set(name, fresh)
    return fresh
  }

  emit(event: TelemetryEvent): void {
    if (event.kind === 'finished') this.#finished(event)
    if (event.kind === 'dead-letter') add(this.dispositions, event.disposition, 1)
    if (event.kind === 'stage-cpu') {
      add(this.stageCpuMs, `${event.subTopology}/${event.stage}`, event.ms)
    }
    this.#next.emit(event)
  }

  #finished(event: Extract<TelemetryEvent, { kind: 'finished' }>): void {
    const part = this.part(event.subTopology)
    part[event.outcome]++
    if (event.outcome === 'dropped' && event.reason !== undefined)
      add(part.reasons, event.reason, 1)
    for (const [name, value] of event.counts ?? []) add(part.counts, name, value)
  }
}
