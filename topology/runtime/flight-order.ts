import type { InFlight } from './in-flight.ts'

/**
 * The last record of a key in flight. Between the map and the record, so that a table that the map has outgrown, and which lives
 * on until the whole heap is searched for garbage, keeps no record alive.
 */
interface Last {
  flight: InFlight | undefined
}

/**
 * Tells each record which one of its key is in flight before it in its partition. One for all partitions of a sub-topology: what
 * each of thousands would have of its own would have left the cache whenever its next record comes.
 */
export class FlightOrder {
  /** By key, of the partition that was first to have the key in flight. */
  readonly #ofFirst = new Map<string, Last>()
  /** By partition and key, of partitions that have a key in flight together with that one. */
  readonly #ofOthers = new Map<string, Last>()

  add(flight: InFlight): void {
    const first = this.#ofFirst.get(flight.key)
    const last = ofItsTask(first, flight) ? first : this.#other(flight)
    flight.previousOfKey = last?.flight
    if (last) last.flight = flight
    else if (first) this.#ofOthers.set(placeOf(flight), { flight })
    else this.#ofFirst.set(flight.key, { flight })
  }

  remove(flight: InFlight): void {
    const first = this.#ofFirst.get(flight.key)
    const isFirst = ofItsTask(first, flight)
    const last = isFirst ? first : this.#other(flight)
    if (last?.flight === flight) {
      last.flight = undefined
      if (isFirst) this.#ofFirst.delete(flight.key)
      else this.#ofOthers.delete(placeOf(flight))
    }
    flight.previousOfKey = undefined
    flight.previousOfPartition = undefined
  }

  /** Forgets the records of partitions that are lost. */
  forgetLost(): void {
    for (const map of [this.#ofFirst, this.#ofOthers])
      for (const [place, { flight }] of map) if (!flight?.task.alive) map.delete(place)
  }

  /** Text of the place is made only where any is looked for. */
  #other(flight: InFlight): Last | undefined {
    return this.#ofOthers.size > 0 ? this.#ofOthers.get(placeOf(flight)) : undefined
  }
}

const ofItsTask = (last: Last | undefined, { task }: InFlight): boolean =>
  last?.flight?.task === task

const placeOf = ({ task, key }: InFlight): string =>
  `${task.partition.topic}/${task.partition.partition} ${key}`
