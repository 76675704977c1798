import type { LogTransaction } from '../../ports/record-log.ts'
import type { TelemetryEvent } from '../../ports/telemetry.ts'

/**
 * Counts by sub-topology the records of which an end is told, and those that were committed by whoever learnt of it. TOLD: the
 * one is not the other: a record was told before it was committed, twice, or not at all.
 */
export class TellWatch {
  /** Records that a transaction made done which were not before. Its own until its answer comes, if it does. */
  readonly #done = new WeakMap<LogTransaction, number>()
  readonly #owed = new Map<string, number>()
  readonly #told = new Map<string, number>()
  readonly #violate: (kind: string, detail: string) => void

  constructor(violate: (kind: string, detail: string) => void) {
    this.#violate = violate
  }

  committed(transaction: LogTransaction, records: number): void {
    this.#done.set(transaction, records + (this.#done.get(transaction) ?? 0))
  }

  answered(part: string, transaction: LogTransaction): void {
    this.#owed.set(part, this.#owedBy(part) + (this.#done.get(transaction) ?? 0))
  }

  told(event: TelemetryEvent): void {
    if (event.kind !== 'finished') return
    const { subTopology: part } = event
    const told = (this.#told.get(part) ?? 0) + 1
    this.#told.set(part, told)
    if (told > this.#owedBy(part)) this.#violate('TOLD', this.#compared(part))
  }

  /** To be called at the end. */
  finish(): void {
    for (const [part, owed] of this.#owed)
      if ((this.#told.get(part) ?? 0) !== owed) this.#violate('TOLD', this.#compared(part))
  }

  #owedBy(part: string): number {
    return this.#owed.get(part) ?? 0
  }

  #compared(part: string): string {
    return `${part} tells of ${this.#told.get(part) ?? 0} records and committed ${this.#owedBy(part)}`
  }
}
