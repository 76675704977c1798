import { ManualClock } from '../manual-clock.ts'
import type { TopicName } from '../../model/record.ts'
import { SimulatedRecordLog } from '../simulated-record-log.ts'
import type { TransactionFlaw } from '../simulated-transactions.ts'
import { SeededRandom } from '../seeded-random.ts'
import { runUntil, settlePromises } from '../settle.ts'
import { BreakerWatch } from './breaker-watch.ts'
import { Checker, sourceOf, type Violation } from './checker.ts'
import { makeInputs, type Input } from './inputs.ts'
import { Cast } from './cast.ts'
import type { MemberSetUp } from './members.ts'
import { judgeFinalState } from './final-state.ts'
import type { Part } from './oracle.ts'
import type { Item } from './item.ts'
import { makeSchedule, type Mishap } from './schedule.ts'
import {
  calmed,
  makeFaults,
  makeSettings,
  rebalanceMs,
  sessionMs,
  troubles,
  type Settings,
} from './settings.ts'
import { deadLetterTopic, inputTopic, ledgerTopic, smallTopology } from './small-topology.ts'
import { SimulatedObjects } from './simulated-objects.ts'
import type { TamperLog, TamperTopology } from './tamper.ts'
import { World } from './world.ts'

/** What is other than usual in a run, expressed from outside the engine. */
export interface Variation {
  readonly log?: TamperLog
  readonly topology?: TamperTopology
  /** Whom it concerns. */
  readonly settings?: (settings: Settings) => Settings
  readonly flaw?: TransactionFlaw
}

/** A planted bug. */
export interface Mutant extends Variation {
  readonly name: string
  /** The system in which a bug of this kind was real. */
  readonly origin: string
}

/** What came of one seed. */
export interface SimulationReport {
  readonly seed: number
  readonly violations: readonly Violation[]
  /** What happened, line by line, for whoever looks into a violation. */
  readonly schedule: readonly string[]
  /** Names of all that came with the seed and can be left out: `m3` a mishap, `r17` a record, or a trouble. */
  readonly events: readonly string[]
  readonly mishaps: readonly Mishap['kind'][]
  readonly commits: number
  readonly virtualMs: number
}

const members = 3
/** Longest virtual time from the last fault to the last commit. */
const livenessMs = 120_000
/** Longest time that an answer is under way after the last fault: a poll, and a commit in two requests. */
const longestDelayMs = 2 * sessionMs + 200

const nothing: ReadonlySet<string> = new Set()

/** Runs the real engine in a world made from the seed, but for the events left out, and holds it against the invariants. */
export const simulate = async (
  seed: number,
  mutant?: Variation,
  without: ReadonlySet<string> = nothing,
): Promise<SimulationReport> => {
  const simulation = new Simulation(seed, mutant, without)
  await simulation.run()
  return simulation.report()
}

class Simulation {
  readonly #seed: number
  readonly #clock = new ManualClock(0)
  readonly #settings: Settings
  readonly #without: ReadonlySet<string>
  /** In the pieces in which they come; undefined for those left out. */
  readonly #allInputs: readonly (Input | undefined)[]
  readonly #inputs: readonly Input[]
  readonly #schedule: readonly (readonly [name: string, mishap: Mishap])[]
  readonly #checker: Checker
  readonly #world: World
  readonly #log: SimulatedRecordLog
  readonly #setUp: MemberSetUp
  readonly #cast: Cast
  readonly #violations: Violation[] = []
  #troubled = true
  #brokerAwayUntil = 0
  #seenCommits = -1

  constructor(seed: number, mutant: Variation | undefined, without: ReadonlySet<string>) {
    const random = new SeededRandom(seed)
    this.#seed = seed
    this.#without = without
    const settings = makeSettings(random)
    this.#settings = calmed(mutant?.settings?.(settings) ?? settings, without)
    this.#allInputs = makeInputs(random, this.#settings.records).map((input, index) =>
      without.has(`r${index}`) ? undefined : input,
    )
    this.#inputs = this.#allInputs.filter((input) => input !== undefined)
    this.#schedule = makeSchedule(random, this.#settings.activeMs)
      .map((mishap, index) => [`m${index}`, mishap] as const)
      .filter(([name]) => !without.has(name))
    const { atomicCommit, delivery, gaps, maxPollRecords, weather, trouble } = this.#settings
    const breakers = new BreakerWatch(this.#clock.now, (kind, detail) =>
      this.#checker.violate(kind, detail),
    )
    const worldObserver = {
      indexed: (item: Item) => this.#checker.indexed(item),
      violated: (kind: string, detail: string) => this.#checker.violate(kind, detail),
      wroteRows: (rows: readonly string[]) => this.#checker.wroteRows(rows),
      called: breakers.called.bind(breakers),
    }
    this.#world = new World(this.#clock, random.fork(), weather, worldObserver)
    const topology = smallTopology(this.#world, this.#settings.topology)
    const objects = new SimulatedObjects(this.#world)
    this.#checker = new Checker(
      new Map(this.#inputs.map(({ item }) => [item.id, item])),
      topology.hash,
      atomicCommit || delivery === 'exactly-once',
      (violation) => this.#violations.push(violation),
    )
    const gapRandom = random.fork()
    this.#log = new SimulatedRecordLog(this.#clock, {
      atomicCommit,
      sessionMs,
      rebalanceMs,
      maxPollRecords,
      transactionMs: 2 * sessionMs,
      flaw: mutant?.flaw,
      offsetGap: () => (gapRandom.chance(gaps) ? gapRandom.int(1, 5) : 0),
      observer: this.#checker,
    })
    this.#setUp = {
      log: this.#log,
      topology: mutant?.topology?.(topology) ?? topology,
      options: {
        ...this.#settings.runtime,
        delivery: { first: delivery, second: delivery, files: delivery },
      },
      random: random.fork(),
      objects: (clock) => objects.reachedBy(clock, this.#settings.topology.timeoutMs),
      faults: makeFaults(
        random.fork(),
        trouble,
        () => this.#troubled,
        () => this.#clock.now() < this.#brokerAwayUntil,
      ),
      tamper: mutant?.log ?? ((log) => log),
      telemetry: ({ clock }, event) => {
        breakers.told(clock, event)
        this.#checker.told(event)
      },
      onFatal: (error) => this.#checker.violate('FATAL', String(error)),
    }
    this.#cast = new Cast(this.#setUp)
  }

  async run(): Promise<void> {
    const { topics } = this.#setUp.topology
    await this.#log.ensureTopics([...topics, deadLetterTopic, ledgerTopic])
    this.#cast.start(members)
    this.#feed()
    for (const [, mishap] of this.#schedule)
      this.#clock.after(mishap.at, () => this.#happen(mishap))
    await this.#runUntil(this.#settings.activeMs, () => this.#stepped())
    this.#calm()
    const lastWord = this.#clock.now() + longestDelayMs
    const finished = await this.#runUntil(livenessMs, () => this.#stepped() || this.#allCommitted())
    if (!finished) this.#checker.violate('STUCK', `${this.#progress()}; ${this.#tasks()}`)
    // What zombies still send must change nothing.
    const rest = Math.max(lastWord - this.#clock.now(), 2 * rebalanceMs)
    await this.#runUntil(rest, () => this.#stepped())
    this.#cast.end()
    if (this.#violations.length > 0) return
    const items = this.#inputs.map(({ item }) => item)
    judgeFinalState(this.#checker, this.#world, this.#log.group('small.first').state, items)
  }

  #runUntil(ms: number, done: () => boolean): Promise<boolean> {
    return runUntil(this.#clock, ms, done, settlePromises)
  }

  report(): SimulationReport {
    return {
      seed: this.#seed,
      violations: this.#violations,
      schedule: [
        `settings ${JSON.stringify(this.#settings)}`,
        ...this.#schedule.map(([name, mishap]) => `${name} ${JSON.stringify(mishap)}`),
        ...this.#inputs.map(
          (input) =>
            `r${this.#allInputs.indexOf(input)} ${input.item.id} ${input.item.fate} ${input.item.weight}`,
        ),
      ],
      events: [
        ...this.#schedule.map(([name]) => name),
        ...this.#allInputs.flatMap((input, index) => (input ? [`r${index}`] : [])),
        ...troubles.filter((name) => !this.#without.has(name)),
      ],
      mishaps: this.#schedule.map(([, { kind }]) => kind),
      commits: this.#checker.commits,
      virtualMs: this.#clock.now(),
    }
  }

  /** After every instant: true when it makes no sense to go on. */
  #stepped(): boolean {
    const { maxInFlightRecords, maxInFlightBytes } = this.#settings.runtime
    for (const { running, process } of this.#cast.members) {
      if (process.dead) continue
      for (const part of running?.parts ?? []) {
        if (part.name === 'files') continue
        for (const { load } of part.tasks()) {
          // The record that reaches the cap may pass it by its own weight.
          const bytes = load.bytes > maxInFlightBytes + 400
          if (load.records > maxInFlightRecords || bytes) {
            this.#checker.violate('CAP', `${part.name} holds ${JSON.stringify(load)}`)
          }
        }
      }
    }
    return this.#violations.length > 0
  }

  /** Records come in pieces while things go wrong. */
  #feed(): void {
    const random = new SeededRandom(this.#seed + 0x5eed)
    for (let at = 0, done = 0; done < this.#allInputs.length;) {
      const piece = this.#allInputs.slice(done, done + random.int(1, 20))
      done += piece.length
      const records = piece.flatMap((input) => (input ? [input.record] : []))
      this.#clock.after(at, () => this.#log.append(records))
      at += random.int(0, this.#settings.activeMs / 5)
    }
  }

  #happen(mishap: Mishap): void {
    if (mishap.kind === 'outage') this.#world.outage(mishap.ms)
    else if (mishap.kind === 'broker-away') this.#brokerAwayUntil = this.#clock.now() + mishap.ms
    else this.#cast.meet(mishap)
  }

  /** Faults stop. */
  #calm(): void {
    this.#troubled = false
    this.#brokerAwayUntil = 0
    this.#cast.calm()
  }

  #allCommitted(): boolean {
    if (this.#checker.commits === this.#seenCommits) return false
    this.#seenCommits = this.#checker.commits
    return this.#inputs.length === this.#count(inputTopic.name) && this.#progress() === ''
  }

  #count(topic: TopicName): number {
    return this.#log.partitions(topic).reduce((sum, { length }) => sum + length, 0)
  }

  /** What is not committed yet. */
  #progress(): string {
    const behind: string[] = []
    for (const part of ['first', 'second', 'files'] satisfies Part[]) {
      const topic = this.#setUp.topology.topics.find((each) => each.name === sourceOf[part])!.name
      const { committed } = this.#log.group(`small.${part}`)
      for (const [partition, { end }] of this.#log.partitions(topic).entries()) {
        const at = committed.find((each) => each.partition === partition)?.offset ?? 0
        if (at < end) behind.push(`${part}/${partition} is at ${at} of ${end}`)
      }
    }
    return behind.join(', ')
  }

  /** What the living members hold. */
  #tasks(): string {
    return this.#cast.members
      .filter(({ process }) => process.running)
      .flatMap(({ process, running }) =>
        (running?.parts ?? []).flatMap(({ name, tasks }) =>
          tasks()
            .filter((task) => !task.idle)
            .map(({ partition, next, inFlight, load }) =>
              [process.name, name, partition.partition, next, inFlight, load.records].join('/'),
            ),
        ),
      )
      .join(', ')
  }
}
