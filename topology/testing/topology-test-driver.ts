import type { DeadLetter, LedgerEntry } from '../../schemas/generated/types.ts'
import { Fault } from '../model/failure.ts'
import type { Headers, StreamRecord } from '../model/record.ts'
import type { Topic } from '../model/topic.ts'
import type { Topology } from '../model/topology.ts'
import type { Ports } from '../ports/ports.ts'
import { createInlinePureRunner } from '../runtime/inline-pure-runner.ts'
import { defaultRuntimeOptions, type RuntimeOptions } from '../runtime/options.ts'
import { runTopology, type RunningTopology } from '../runtime/run-topology.ts'
import { ManualClock } from './manual-clock.ts'
import { SeededRandom } from './seeded-random.ts'
import { advance, runUntil } from './settle.ts'
import { SimulatedRecordLog } from './simulated-record-log.ts'
import { simulatedSchemaRegistry } from './simulated-schema-registry.ts'

export interface TestDriverOptions {
  /** What the stages reach besides clock, randomness and identity, which are the driver's. */
  readonly ports?: Partial<Omit<Ports, 'clock' | 'random'>>
  readonly options?: Partial<RuntimeOptions>
  /** Only these sub-topologies; all, when absent. */
  readonly only?: readonly string[]
  /** Most virtual milliseconds of one `run`: an hour, when absent. */
  readonly limitMs?: number
}

/** A record as it stands in a topic. */
export interface DriverRecord<V> extends StreamRecord<V> {
  readonly partition: number
  readonly offset: number
}

/** Runs a topology in memory and in virtual time. See {@link createTestDriver}. */
export interface TestDriver {
  /** Puts a record into a topic. It is taken up by the next `run` or `advance`. */
  readonly pipe: <V>(
    topic: Topic<V>,
    key: string,
    value: V,
    rest?: { readonly timestamp?: number; readonly headers?: Headers },
  ) => void
  /**
   * Runs until everything is processed, written and durable. Back-offs, lingers and time-outs pass at once. Throws what
   * the engine fails with, and when the virtual time limit passes first.
   */
  readonly run: () => Promise<void>
  /** Lets virtual time pass, whether or not anything happens. */
  readonly advance: (ms: number) => Promise<void>
  /** All records of a topic: by partition, then offset, so those of one key in order. */
  readonly read: <V>(topic: Topic<V>) => readonly DriverRecord<V>[]
  readonly deadLetters: () => readonly DeadLetter[]
  readonly ledger: () => readonly LedgerEntry[]
  /** Drains and leaves the groups. */
  readonly stop: () => Promise<void>
}

/**
 * Runs the real engine on a log in memory, so that stages and topologies are tested without a server and without waiting:
 *
 *     const driver = createTestDriver(myTopology, { ports: { objects: myObjects } })
 *     driver.pipe(documents, 'doc-1', aDocumentEvent())
 *     await driver.run()
 *     assert.equal(driver.read(chunks).length, 2)
 *     assert.deepEqual(driver.deadLetters(), [])
 *
 * Time is virtual: the ports given must answer from memory, as the clock does not wait for a disk or a network. A stage
 * that asks a port that was not given ends the run with a message that says so.
 */
export const createTestDriver = (topology: Topology, set: TestDriverOptions = {}): TestDriver => {
  const clock = new ManualClock()
  const log = new SimulatedRecordLog(clock)
  const pending: (() => void)[] = []
  let running: RunningTopology | undefined

  const start = async (): Promise<RunningTopology> => {
    if (!running) {
      running = await runTopology(environmentOf(topology, set, clock, log), set.only)
    }
    for (const append of pending.splice(0)) append()
    return running
  }
  const records = <V>(topic: Topic<V>): readonly DriverRecord<V>[] => {
    if (!running) return []
    return log.all(topic.name).flatMap(({ partition, record: { key, value, ...rest } }) => {
      if (!value) return []
      return [
        { ...rest, partition, key: Buffer.from(key).toString(), value: topic.codec.decode(value) },
      ]
    })
  }
  return {
    pipe: (topic, key, value, rest) => {
      const record = {
        topic: topic.name,
        key: Buffer.from(key),
        value: topic.codec.encode(value),
        timestamp: rest?.timestamp ?? clock.now(),
        headers: rest?.headers ?? {},
      }
      pending.push(() => log.append([record]))
    },
    run: async () => drive(clock, set.limitMs ?? 3_600_000, (await start()).drained()),
    advance: async (ms) => {
      await start()
      await advance(clock, ms)
    },
    read: records,
    deadLetters: () => values(records(topology.deadLetters)) as readonly DeadLetter[],
    ledger: () => values(records(topology.ledger)) as readonly LedgerEntry[],
    stop: async () => {
      if (running) await drive(clock, set.limitMs ?? 3_600_000, running.stop())
    },
  }
}

const values = (records: readonly DriverRecord<unknown>[]): readonly unknown[] =>
  records.map(({ value }) => value)

const environmentOf = (
  topology: Topology,
  { ports, options }: TestDriverOptions,
  clock: ManualClock,
  log: SimulatedRecordLog,
) => ({
  topology,
  log,
  registry: simulatedSchemaRegistry,
  ports: portsOf(ports ?? {}, clock),
  pure: createInlinePureRunner(topology),
  telemetry: { emit: () => {} },
  options: { ...defaultRuntimeOptions, ...options },
})

const portNames = ['sources', 'objects', 'models', 'vectors', 'cache'] as const

const portsOf = (given: Partial<Ports>, clock: ManualClock): Ports => {
  const ports = {
    identity: { codeVersion: 'test', configHash: 'test' },
    ...given,
    clock,
    random: new SeededRandom(1),
  }
  for (const name of portNames) {
    if (given[name]) continue
    Object.defineProperty(ports, name, { get: () => refuse(name) })
  }
  return ports as Ports
}

const refuse = (name: string): never => {
  throw new Fault(
    'fatal',
    'test-driver',
    `a stage asks the port "${name}", which the test driver was not given; pass it in ports`,
  )
}

/** Lets virtual time pass until the work has ended one way or the other. */
const drive = async (
  clock: ManualClock,
  limitMs: number,
  work: Promise<unknown>,
): Promise<void> => {
  let ended = false
  const end = (): void => void (ended = true)
  work.then(end, end)
  if (!(await runUntil(clock, limitMs, () => ended))) {
    throw new Error(`not done after ${limitMs} ms of virtual time; something waits without end`)
  }
  await work
}
