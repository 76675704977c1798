import type { InFlight } from './in-flight.ts'

/**
 * The last record of a key in flight. Between the map and the record, so that a table that the map has outgrown, and which lives
 * on until the whole heap is searched for garbage, keeps no record alive.
 */
interface Last {
  flight: InFlight | undefined
}

/** Tells each record of a partition which one of its key and which one of the partition is in flight before it. */
export class FlightOrder {
  readonly #lastOfKey = new Map<string, Last>()
  #last: InFlight | undefined

  add(flight: InFlight): void {
    const last = this.#lastOfKey.get(flight.key)
    flight.previousOfKey = last?.flight
    flight.previousOfPartition = this.#last
    if (last) last.flight = flight
    else this.#lastOfKey.set(flight.key, { flight })
    this.#last = flight
  }

  remove(flight: InFlight): void {
    const last = this.#lastOfKey.get(flight.key)
    if (last?.flight === flight) {
      last.flight = undefined
      this.#lastOfKey.delete(flight.key)
    }
    if (this.#last === flight) this.#last = undefined
    flight.previousOfKey = undefined
    flight.previousOfPartition = undefined
  }
}
