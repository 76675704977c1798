import { deadLetterCodec, ledgerEntryCodec } from '../../../schemas/generated/codecs.ts'
import type { DeadLetter } from '../../../schemas/generated/types.ts'
import type { Codec } from '../../../schemas/codec.ts'
import { topology, type Stream, type TopologyBuilder } from '../../../topology/model/builder.ts'
import type { AskingStage } from '../../../topology/model/stage.ts'
import { topic } from '../../../topology/model/topic.ts'
import type { Clock } from '../../../topology/ports/clock.ts'
import type { ObjectStore } from '../../../topology/ports/object-store.ts'
import type { Ports } from '../../../topology/ports/ports.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import type { TelemetryEvent } from '../../../topology/ports/telemetry.ts'
import { createInlinePureRunner } from '../../../topology/runtime/inline-pure-runner.ts'
import { defaultRuntimeOptions, type RuntimeOptions } from '../../../topology/runtime/options.ts'
import { runTopology } from '../../../topology/runtime/run-topology.ts'
import { ManualClock } from '../../../topology/testing/manual-clock.ts'
import { runUntil } from '../../../topology/testing/settle.ts'
import {
  SimulatedRecordLog,
  type SimulatedLogOptions,
} from '../../../topology/testing/simulated-record-log.ts'
import { simulatedSchemaRegistry } from '../../../topology/testing/simulated-schema-registry.ts'

/** Text as its bytes; what begins with "?" cannot be read. */
const textCodec: Codec<string> = {
  subject: 'text',
  schema: '"string"',
  fingerprint: 'text',
  encode: (value) => Buffer.from(value),
  decode: (bytes) => {
    const value = Buffer.from(bytes).toString()
    if (value.startsWith('?')) throw new Error('unreadable')
    return value
  },
  decoderFor: () => (bytes) => textCodec.decode(bytes),
}

export const input = topic('in', textCodec, { partitions: 1 })
export const output = topic('out', textCodec, { partitions: 1 })
const dead = topic('dead', deadLetterCodec, { partitions: 1 })

/** An asking stage over texts. */
export const asking = (
  run: AskingStage<string, string>['run'],
  changes: Partial<AskingStage<string, string>> = {},
): AskingStage<string, string> => ({
  kind: 'asking',
  name: 'stage',
  version: 1,
  order: 'key',
  doc: '',
  concurrency: 100,
  timeoutMs: 60_000,
  run,
  ...changes,
})

export interface EngineOptions {
  readonly log?: Partial<SimulatedLogOptions>
  readonly runtime?: Partial<RuntimeOptions>
  /** Another engine, on whose log this one is to run. */
  readonly onto?: { readonly clock: ManualClock; readonly log: SimulatedRecordLog }
  readonly objects?: ObjectStore
  /** Puts something between the engine and its log. */
  readonly tamper?: (log: RecordLog) => RecordLog
  /** Puts something between the engine and its clock. */
  readonly clockOf?: (clock: Clock) => Clock
}

/** The real engine on a log in memory, with one sub-topology that reads one partition; `build` may add others. */
export const anEngine = async (
  build: (source: Stream<string>, graph: TopologyBuilder) => void,
  {
    log: logOptions,
    runtime,
    onto,
    objects,
    tamper = (log) => log,
    clockOf = (clock) => clock,
  }: EngineOptions = {},
) => {
  const clock = onto?.clock ?? new ManualClock(0)
  const log = onto?.log ?? new SimulatedRecordLog(clock, logOptions)
  const events: TelemetryEvent[] = []
  const graph = topology('test', {
    topics: [input, output],
    deadLetters: dead,
    ledger: topic('ledger', ledgerEntryCodec),
  })
  build(graph.subTopology('part', '').from(input), graph)
  const built = graph.build()
  const running = await runTopology({
    topology: built,
    log: tamper(log),
    registry: simulatedSchemaRegistry,
    ports: {
      clock: clockOf(clock),
      random: { next: () => 0 },
      identity: { codeVersion: '1', configHash: '2' },
      objects,
    } as unknown as Ports,
    pure: createInlinePureRunner(built),
    telemetry: { emit: (event) => void events.push(event) },
    options: { ...defaultRuntimeOptions, ...runtime },
  })
  return {
    clock,
    log,
    events,
    running,
    hash: built.hash,
    part: built.subTopologies[0]!,
    put: (key: string, value: string | null, headers = {}): void =>
      log.append([
        {
          topic: input.name,
          key: Buffer.from(key),
          value: value === null ? null : Buffer.from(value),
          timestamp: clock.now(),
          headers,
        },
      ]),
    /** Lets virtual time pass until the promise has settled. */
    wait: async <T>(work: Promise<T>): Promise<T> => {
      let ended = false
      const end = (): void => void (ended = true)
      work.then(end, end)
      await runUntil(clock, 3_600_000, () => ended)
      return ended ? work : Promise.reject(new Error('an hour was not enough'))
    },
    outputs: (): readonly string[] =>
      log.all(output.name).map(({ record }) => Buffer.from(record.value ?? []).toString()),
    deadLetters: (): readonly DeadLetter[] =>
      log
        .all(dead.name)
        .map(({ record }) => deadLetterCodec.decode(record.value ?? new Uint8Array())),
    committed: async (): Promise<number> =>
      (await log.committed('test.part')).find(({ topic: name }) => name === input.name)?.offset ??
      0,
  }
}
