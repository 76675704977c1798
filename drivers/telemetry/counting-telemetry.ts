import type { Telemetry, TelemetryEvent } from '../../topology/ports/telemetry.ts'

export interface CountingTelemetry extends Telemetry {
  /** How many events of the kind came, of one sub-topology or of all. */
  readonly count: (kind: TelemetryEvent['kind'], subTopology?: string) => number
  /** The latest events, oldest first. */
  readonly latest: () => readonly TelemetryEvent[]
}

/** Counts and keeps the last `keep` events. */
export const createCountingTelemetry = (keep = 1000): CountingTelemetry => {
  const counts = new Map<string, number>()
  let latest: TelemetryEvent[] = []
  const add = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
  return {
    emit: (event) => {
      add(event.kind)
      add(`${event.kind} ${event.subTopology}`)
      latest.push(event)
      if (latest.length > 2 * keep) latest = latest.slice(-keep)
    },
    count: (kind, subTopology) =>
      counts.get(subTopology === undefined ? kind : `${kind} ${subTopology}`) ?? 0,
    latest: () => latest.slice(-keep),
  }
}
