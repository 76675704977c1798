import type { Topology } from '../../model/topology.ts'
import type { ProduceRecord } from '../../ports/record-log.ts'
import { defaultRuntimeOptions } from '../../runtime/options.ts'
import { plansOf } from '../../runtime/plan.ts'
import { groupOf } from '../../runtime/group-of.ts'
import { ManualClock } from '../manual-clock.ts'
import { SeededRandom } from '../seeded-random.ts'
import { runUntil } from '../settle.ts'
import { Cast } from '../simulation/cast.ts'
import { makeSchedule, type Mishap } from '../simulation/schedule.ts'
import { makeFaults, rebalanceMs, sessionMs } from '../simulation/settings.ts'
import { noFaults, type LogFaults } from '../log-faults.ts'
import { SimulatedRecordLog } from '../simulated-record-log.ts'
import { disturb } from './disturb.ts'
import type { OwnPorts, ProveOptions } from './prove.ts'
import { visibleOf, type Visible } from './visible.ts'

/** What one run showed. */
export interface Run {
  /** Nothing may stand twice in a topic. */
  readonly atomic: boolean
  /** `once`: as often as it is there. */
  readonly visible: (once: boolean) => Visible
  readonly outside: unknown
  readonly schedule: readonly Mishap[]
  readonly problem: string | undefined
}

const members = 3
const activeMs = 2_000
const livenessMs = 120_000
const retry = { firstMs: 5, maxMs: 150, transientAttempts: 5, timeoutAttempts: 3 }

/** Runs a topology to its end: undisturbed in one process without a seed, else in three to which the mishaps of the seed happen. */
export const runOnce = async (
  topology: Topology,
  { inputs, ports: makePorts, outside }: ProveOptions,
  seed: number | undefined,
): Promise<Run> => {
  const trial = new Trial(topology, makePorts?.() ?? {}, seed)
  await trial.run(inputs)
  const { atomic, log, ports, schedule, problem } = trial
  const visible = (once: boolean): Visible => visibleOf(topology, log, once)
  return { atomic, visible, outside: outside?.(ports), schedule, problem }
}

class Trial {
  readonly atomic: boolean
  readonly log: SimulatedRecordLog
  readonly ports: OwnPorts
  readonly schedule: readonly Mishap[]
  problem: string | undefined
  readonly #topology: Topology
  readonly #disturbed: boolean
  readonly #clock = new ManualClock()
  readonly #cast: Cast
  #calm = false
  #awayUntil = 0

  constructor(topology: Topology, ports: OwnPorts, seed: number | undefined) {
    const random = new SeededRandom(seed ?? 0)
    this.#topology = topology
    this.#disturbed = seed !== undefined
    this.ports = ports
    this.atomic = !this.#disturbed || random.chance(0.5)
    this.schedule = this.#disturbed ? makeSchedule(random, activeMs) : []
    this.log = this.#makeLog(random)
    this.#cast = new Cast({
      log: this.log,
      topology: this.#disturbed ? disturb(topology, random.fork()) : topology,
      options: { ...defaultRuntimeOptions, retry, pollWaitMs: 100, drainMs: 2_000 },
      random: random.fork(),
      ports,
      faults: this.#disturbed ? this.#makeFaults(random) : noFaults,
      tamper: (it) => it,
      onFatal: (error) => void (this.problem ??= String(error)),
    })
  }

  async run(inputs: readonly ProduceRecord[]): Promise<void> {
    const { topics, deadLetters, ledger } = this.#topology
    await this.log.ensureTopics([...topics, deadLetters, ledger])
    this.#cast.start(this.#disturbed ? members : 1)
    this.#feed(inputs)
    for (const mishap of this.schedule) this.#clock.after(mishap.at, () => this.#meet(mishap))
    await runUntil(this.#clock, activeMs, () => this.problem !== undefined)
    this.#calmDown()
    const ended = (): boolean => this.problem !== undefined || this.#done
    if (!(await runUntil(this.#clock, livenessMs, ended)))
      this.problem ??= `not done ${livenessMs} virtual milliseconds after the last mishap`
    // What zombies still send must change nothing.
    await runUntil(this.#clock, 2 * sessionMs, () => false)
    this.#cast.end()
  }

  #makeLog(random: SeededRandom): SimulatedRecordLog {
    const gaps = this.#disturbed ? random.pick([0, 0.3]) : 0
    return new SimulatedRecordLog(this.#clock, {
      atomicCommit: this.atomic,
      sessionMs,
      rebalanceMs,
      maxPollRecords: this.#disturbed ? random.pick([1, 4, 100]) : 100,
      offsetGap: () => (random.chance(gaps) ? random.int(1, 5) : 0),
    })
  }

  #makeFaults(random: SeededRandom): LogFaults {
    const stale = random.pick([0, 1])
    return makeFaults(
      random.fork(),
      { commits: 0.05, polls: 0.02, commitDelayMs: 12, stale },
      () => !this.#calm,
      () => this.#clock.now() < this.#awayUntil,
    )
  }

  #feed(inputs: readonly ProduceRecord[]): void {
    for (const [index, record] of inputs.entries()) {
      const at = this.#disturbed ? Math.floor((index * activeMs) / inputs.length) : 0
      this.#clock.after(at, () => this.log.append([record]))
    }
  }

  #meet(mishap: Mishap): void {
    if (mishap.kind === 'broker-away') this.#awayUntil = this.#clock.now() + mishap.ms
    else this.#cast.meet(mishap)
  }

  #calmDown(): void {
    this.#calm = true
    this.#awayUntil = 0
    if (this.#disturbed) this.#cast.calm()
  }

  /** Every group has committed every record of every topic it reads. */
  get #done(): boolean {
    return this.#topology.subTopologies.every((part) => {
      const { committed } = this.log.group(groupOf({ topology: this.#topology }, part))
      return plansOf(part).every(({ topic }) =>
        this.log.partitions(topic.name).every(({ end }, partition) => {
          const isIt = (each: (typeof committed)[number]): boolean =>
            each.topic === topic.name && each.partition === partition
          return (committed.find(isIt)?.offset ?? 0) >= end
        }),
      )
    })
  }
}
