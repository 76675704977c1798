import { isDeepStrictEqual } from 'node:util'
import type { Topic } from '../../model/topic.ts'
import type { Topology } from '../../model/topology.ts'
import type { Ports } from '../../ports/ports.ts'
import type { ProduceRecord } from '../../ports/record-log.ts'
import { defaultRuntimeOptions } from '../../runtime/options.ts'
import { plansOf } from '../../runtime/plan.ts'
import { groupOf } from '../../runtime/run-sub-topology.ts'
import { ManualClock } from '../manual-clock.ts'
import { SeededRandom } from '../seeded-random.ts'
import { runUntil } from '../settle.ts'
import { Cast } from '../simulation/cast.ts'
import { makeSchedule, type Mishap } from '../simulation/schedule.ts'
import { makeFaults, rebalanceMs, sessionMs } from '../simulation/settings.ts'
import { noFaults } from '../simulated-consumer.ts'
import { SimulatedRecordLog } from '../simulated-record-log.ts'
import { disturb } from './disturb.ts'
import { differenceOf, visibleOf, type Visible } from './visible.ts'

type OwnPorts = Partial<Omit<Ports, 'clock' | 'random'>>

export interface ProveOptions {
  /** What goes in, in this order; see {@link recordOf}. */
  readonly inputs: readonly ProduceRecord[]
  /** How many seeds: 100, when absent. */
  readonly seeds?: number
  /** 1, when absent. */
  readonly firstSeed?: number
  /** Makes what the stages reach, anew for every run. It must answer from memory. */
  readonly ports?: () => OwnPorts
  /** What is visible in the ports after a run, as plain data. */
  readonly outside?: (ports: OwnPorts) => unknown
}

/** What a run under one seed showed. */
interface Run {
  readonly atomic: boolean
  /** `once`: as often as it is there. */
  readonly visible: (once: boolean) => Visible
  readonly outside: unknown
  readonly schedule: readonly Mishap[]
  readonly problem: string | undefined
}

/** A record for {@link prove}. */
export const recordOf = <V>(topic: Topic<V>, key: string, value: V): ProduceRecord => ({
  topic: topic.name,
  key: Buffer.from(key),
  value: topic.codec.encode(value),
  timestamp: 0,
  headers: {},
})

const members = 3
const activeMs = 2_000
const livenessMs = 120_000

/**
 * Runs a topology once undisturbed, and then once per seed in three processes that crash, freeze, leave and join, on a log
 * that fails and goes away, with stages that are slow and fail. Every time the same must come out, nothing lost, nothing
 * doubled, in the order of its key, and everything must be committed in the end. Throws what differs and how to repeat it.
 */
export const prove = async (topology: Topology, options: ProveOptions): Promise<void> => {
  const { firstSeed = 1, seeds = 100 } = options
  const expected = await runOnce(topology, options, undefined)
  if (expected.problem !== undefined) throw new Error(`undisturbed: ${expected.problem}`)
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const { atomic, visible, outside, schedule, problem } = await runOnce(topology, options, seed)
    const what =
      problem ??
      differenceOf(expected.visible(atomic), visible(atomic)) ??
      (isDeepStrictEqual(outside, expected.outside) ? undefined : 'another state outside')
    if (what === undefined) continue
    const lines = schedule.map((mishap) => `  ${JSON.stringify(mishap)}`)
    const again = `again: prove(…, { …, firstSeed: ${seed}, seeds: 1 })`
    throw new Error([`seed ${seed}: ${what}`, ...lines, again].join('\n'))
  }
}

const runOnce = async (
  topology: Topology,
  { inputs, ports: makePorts, outside }: ProveOptions,
  seed: number | undefined,
): Promise<Run> => {
  const random = new SeededRandom(seed ?? 0)
  const disturbed = seed !== undefined
  const clock = new ManualClock()
  const atomicCommit = !disturbed || random.chance(0.5)
  const gaps = disturbed ? random.pick([0, 0.3]) : 0
  const log = new SimulatedRecordLog(clock, {
    atomicCommit,
    sessionMs,
    rebalanceMs,
    maxPollRecords: disturbed ? random.pick([1, 4, 100]) : 100,
    offsetGap: () => (random.chance(gaps) ? random.int(1, 5) : 0),
  })
  const ports = makePorts?.() ?? {}
  const schedule = disturbed ? makeSchedule(random, activeMs) : []
  const trouble = { commits: 0.05, polls: 0.02, commitDelayMs: 12, stale: random.pick([0, 1]) }
  let calm = false
  let awayUntil = 0
  let problem: string | undefined
  const faults = makeFaults(
    random.fork(),
    trouble,
    () => !calm,
    () => clock.now() < awayUntil,
  )
  const retry = { firstMs: 5, maxMs: 150, transientAttempts: 5, timeoutAttempts: 3 }
  const cast = new Cast({
    log,
    topology: disturbed ? disturb(topology, random.fork()) : topology,
    options: { ...defaultRuntimeOptions, retry, pollWaitMs: 100, drainMs: 2_000 },
    random: random.fork(),
    ports,
    faults: disturbed ? faults : noFaults,
    tamper: (it) => it,
    onFatal: (error) => void (problem ??= String(error)),
  })
  await log.ensureTopics([...topology.topics, topology.deadLetters, topology.ledger])
  cast.start(disturbed ? members : 1)
  for (const [index, record] of inputs.entries()) {
    const at = disturbed ? Math.floor((index * activeMs) / inputs.length) : 0
    clock.after(at, () => log.append([record]))
  }
  for (const mishap of schedule)
    clock.after(mishap.at, () => {
      if (mishap.kind === 'broker-away') awayUntil = clock.now() + mishap.ms
      else cast.meet(mishap)
    })
  await runUntil(clock, activeMs, () => problem !== undefined)
  calm = true
  awayUntil = 0
  if (disturbed) cast.calm()
  const done = await runUntil(
    clock,
    livenessMs,
    () => problem !== undefined || isDone(topology, log),
  )
  if (!done) problem ??= `not done ${livenessMs} virtual milliseconds after the last mishap`
  // What zombies still send must change nothing.
  await runUntil(clock, 2 * sessionMs, () => false)
  cast.end()
  return {
    atomic: atomicCommit,
    visible: (once) => visibleOf(topology, log, once),
    outside: outside?.(ports),
    schedule,
    problem,
  }
}

/** Every group has committed every record of every topic it reads. */
const isDone = (topology: Topology, log: SimulatedRecordLog): boolean =>
  topology.subTopologies.every((part) => {
    const { committed } = log.group(groupOf({ topology }, part))
    return plansOf(part).every(({ topic }) =>
      log.partitions(topic.name).every(({ end }, partition) => {
        const found = committed.find(
          (each) => each.topic === topic.name && each.partition === partition,
        )
        return (found?.offset ?? 0) >= end
      }),
    )
  })
