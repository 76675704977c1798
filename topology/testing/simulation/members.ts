import type { Topology } from '../../model/topology.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ObjectStore } from '../../ports/object-store.ts'
import type { Ports } from '../../ports/ports.ts'
import type { TelemetryEvent } from '../../ports/telemetry.ts'
import type { RuntimeEnvironment } from '../../runtime/environment.ts'
import { createInlinePureRunner } from '../../runtime/inline-pure-runner.ts'
import type { RuntimeOptions } from '../../runtime/options.ts'
import { runTopology, type RunningTopology } from '../../runtime/run-topology.ts'
import type { LogFaults } from '../log-faults.ts'
import { SimulatedProcess } from '../simulated-process.ts'
import type { SimulatedRecordLog } from '../simulated-record-log.ts'
import { simulatedSchemaRegistry } from '../simulated-schema-registry.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { TamperLog } from './tamper.ts'

/** One process that runs the topology. */
export interface Member {
  readonly process: SimulatedProcess
  running: RunningTopology | undefined
  /** True from the moment it was told to stop. */
  leaving: boolean
}

export interface MemberSetUp {
  readonly log: SimulatedRecordLog
  readonly topology: Topology
  readonly options: RuntimeOptions
  readonly random: SeededRandom
  /** What the stages reach besides clock, randomness and identity. */
  readonly ports?: Partial<Ports>
  /** The object store as a process of this clock reaches it. */
  readonly objects?: (clock: Clock) => ObjectStore
  readonly faults: LogFaults
  /** Planted bugs come in here. */
  readonly tamper: TamperLog
  /** Told what the engine of a process tells. */
  readonly telemetry?: (process: SimulatedProcess, event: TelemetryEvent) => void
  readonly onFatal: (error: unknown) => void
}

/** Starts the real engine in a simulated process. */
export const startMember = (setUp: MemberSetUp, name: string): Member => {
  const process = new SimulatedProcess(name, setUp.log.clock)
  const member: Member = { process, running: undefined, leaving: false }
  const start = async (): Promise<void> => {
    member.running = await runTopology(environmentOf(setUp, process))
    await member.running.ended
  }
  start().catch(setUp.onFatal)
  return member
}

const environmentOf = (setUp: MemberSetUp, process: SimulatedProcess): RuntimeEnvironment => ({
  topology: setUp.topology,
  log: setUp.tamper(setUp.log.connect(process, setUp.faults)),
  registry: simulatedSchemaRegistry,
  ports: {
    ...portsOf(process),
    ...setUp.ports,
    ...(setUp.objects && { objects: setUp.objects(process.clock) }),
    clock: process.clock,
    random: setUp.random.fork(),
  },
  pure: createInlinePureRunner(setUp.topology),
  telemetry: { emit: (event) => setUp.telemetry?.(process, event) },
  options: setUp.options,
})

/** Time reaches stages through the process. */
const portsOf = (process: SimulatedProcess): Ports =>
  ({
    clock: process.clock,
    identity: { codeVersion: '0', configHash: '0' },
  }) as Ports
