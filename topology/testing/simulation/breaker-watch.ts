import type { Clock } from '../../ports/clock.ts'
import type { TelemetryEvent } from '../../ports/telemetry.ts'
import type { Part } from './oracle.ts'

interface Seen {
  /** When a call last met a fault. */
  faultAt?: number
  /** When partitions were last taken away. */
  revokedAt?: number
  /** Since the breaker opened, a call was answered, or work was given up, whose probes end without an answer. */
  excused: boolean
}

/**
 * Watches the breakers of all processes, which are told apart by their clocks. FLAP: one closes at a fault, although no call
 * of its part was answered since it opened, so that everything that waits rushes at what is still away.
 */
export class BreakerWatch {
  readonly #parts = new Map<Clock, Map<string, Seen>>()
  readonly #now: () => number
  readonly #violate: (kind: string, detail: string) => void

  constructor(now: () => number, violate: (kind: string, detail: string) => void) {
    this.#now = now
    this.#violate = violate
  }

  called(clock: Clock, part: Part, answered: boolean): void {
    const seen = this.#seen(clock, part)
    if (answered) seen.excused = true
    else seen.faultAt = this.#now()
  }

  told(clock: Clock, event: TelemetryEvent): void {
    if (event.kind === 'revoked') {
      const seen = this.#seen(clock, event.subTopology)
      seen.excused = true
      seen.revokedAt = this.#now()
    }
    if (event.kind !== 'breaker') return
    const { subTopology, state } = event
    const seen = this.#seen(clock, subTopology)
    // What opens it in the moment of a revocation is itself work that was given up.
    if (state === 'open') seen.excused = seen.revokedAt === this.#now()
    else if (seen.faultAt === this.#now() && !seen.excused)
      this.#violate('FLAP', `the breaker of ${subTopology} closed although its probe met a fault`)
  }

  #seen(clock: Clock, part: string): Seen {
    let parts = this.#parts.get(clock)
    if (!parts) this.#parts.set(clock, (parts = new Map()))
    let seen = parts.get(part)
    if (!seen) parts.set(part, (seen = { excused: false }))
    return seen
  }
}
