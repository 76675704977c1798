import { createPackageSchemaRegistry } from '../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { systemClock as clock } from '../../drivers/system/system-clock.ts'
import { systemRandom as random } from '../../drivers/system/system-random.ts'
import type { Ports } from '../../topology/ports/ports.ts'
import { createInlinePureRunner } from '../../topology/runtime/inline-pure-runner.ts'
import { defaultRuntimeOptions } from '../../topology/runtime/options.ts'
import { runTopology } from '../../topology/runtime/run-topology.ts'
import { emptyTopology } from './empty-topology.ts'
import { createMadeUpLog } from './made-up-log.ts'
import { withRawBytes } from './raw-bytes.ts'

export interface EmptyRun {
  readonly records: number
  readonly partitions: number
  /** Most records of one poll. */
  readonly perPoll: number
  /** Most records of a partition in a row. */
  readonly perBatch: number
  readonly keys: number
  /** How many are durable, after each commit. */
  readonly onCommit?: (done: number) => void
}

export interface EmptyRunReport {
  readonly records: number
  /** Commits that went back. */
  readonly wrong: number
  readonly seconds: number
  /** CPU time of the process per record, with what the log takes to make records up. */
  readonly cpuMicros: number
}

/** Runs the engine with its default caps and a stage that does nothing over a log that makes up its records. */
export const runEmpty = async (run: EmptyRun): Promise<EmptyRunReport> => {
  const { partitions, perPoll, perBatch } = run
  const { input, built } = emptyTopology(partitions)
  const recordsPerPartition = Math.ceil(run.records / partitions)
  const records = recordsPerPartition * partitions
  let allDone: () => void = () => {}
  const ended = new Promise<void>((resolve) => (allDone = resolve))
  const { log, wrong } = createMadeUpLog({
    topic: input.name,
    partitions,
    recordsPerPartition,
    perPoll,
    perBatch,
    keys: run.keys,
    onCommit: (done) => {
      run.onCommit?.(done)
      if (done >= records) allDone()
    },
  })
  const startedAt = performance.now()
  const before = process.cpuUsage()
  const running = await runTopology({
    topology: built,
    log,
    registry: withRawBytes(createPackageSchemaRegistry()),
    ports: { clock, random, identity: { codeVersion: 'bench', configHash: '' } } as Ports,
    pure: createInlinePureRunner(built),
    telemetry: { emit: () => {} },
    options: { ...defaultRuntimeOptions, delivery: {} },
  })
  await Promise.race([ended, running.ended])
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - startedAt) / 1_000
  await running.stop()
  return { records, wrong: wrong(), seconds, cpuMicros: (user + system) / records }
}
