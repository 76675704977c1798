import { Fault } from '../../model/failure.ts'
import type { SinkRange } from '../../model/stage.ts'
import type { Clock } from '../../ports/clock.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { rankOf, type Item } from './item.ts'
import type { Part } from './oracle.ts'

/** Told when something becomes visible outside the log. */
export interface WorldObserver {
  readonly indexed: (item: Item) => void
  readonly wroteRows: (rows: readonly string[]) => void
  readonly violated: (kind: string, detail: string) => void
  /** A call came to its end: answered, or with a fault. */
  readonly called: (clock: Clock, part: Part, answered: boolean) => void
}

export interface Weather {
  /** Share of calls that meet a transient fault. */
  readonly transient: number
  /** Share of first attempts that never answer. */
  readonly hangs: number
  /** Share of calls that take nearly as long as they may. */
  readonly slow: number
  readonly maxDelayMs: number
  /** Longest time that a file takes. */
  readonly filesMs: number
}

/** What stages and sinks meet outside: delays, faults, outages, and the stores whose state is judged at the end. */
export class World {
  readonly index = new Map<string, Item>()
  /** Offsets by file name. */
  readonly files = new Map<string, readonly string[]>()
  readonly observer: WorldObserver
  readonly #clock: Clock
  readonly #random: SeededRandom
  readonly #weather: Weather
  #outageUntil = 0

  constructor(clock: Clock, random: SeededRandom, weather: Weather, observer: WorldObserver) {
    this.#clock = clock
    this.#random = random
    this.#weather = weather
    this.observer = observer
  }

  /** The dependency is away for so long. */
  outage(ms: number): void {
    this.#outageUntil = this.#clock.now() + ms
  }

  chance(share: number): boolean {
    return this.#random.chance(share)
  }

  /** A call to the outside by a part of a process: takes time, may fail, may never answer. `clock` is that of the process. */
  async call(part: Part, clock: Clock, attempt: number, timeoutMs: number): Promise<void> {
    const { maxDelayMs, hangs, slow, transient } = this.#weather
    if (attempt === 1 && this.#random.chance(hangs)) await this.hang()
    const longest = this.#random.chance(slow) ? timeoutMs * 0.4 : maxDelayMs
    await this.pass(clock, this.#random.int(0, longest))
    const fault =
      this.#clock.now() < this.#outageUntil
        ? new Fault('dependency-down', 'world', 'the dependency is down')
        : this.#random.chance(transient)
          ? new Fault('transient', 'world', 'try again')
          : undefined
    this.observer.called(clock, part, !fault)
    if (fault) throw fault
  }

  /** The time a file takes. */
  async write(clock: Clock): Promise<void> {
    await this.pass(clock, this.#random.int(0, this.#weather.filesMs))
    this.observer.called(clock, 'files', true)
  }

  hang(): Promise<never> {
    return new Promise<never>(() => {})
  }

  async pass(clock: Clock, ms: number): Promise<void> {
    if (ms > 0) await new Promise<void>((resolve) => void clock.after(ms, resolve))
  }

  /** Keeps the newest revision. */
  upsert(item: Item): void {
    this.observer.indexed(item)
    const known = this.index.get(item.documentId)
    if (!known || rankOf(known) < rankOf(item)) this.index.set(item.documentId, item)
  }

  /** Creates a file unless it is there; another content under the same name is a violation. */
  writeFile({ partition, start, end }: SinkRange<Item>, rows: readonly string[]): void {
    const name = `${partition}-${start}-${end}`
    const known = this.files.get(name)
    if (known && known.join() !== rows.join()) {
      this.observer.violated('CONFLICT', `file ${name} is written again with other rows`)
    }
    this.files.set(name, rows)
    this.observer.wroteRows(rows)
  }
}
