import type { Topology } from '../model/topology.ts'
import type { TopicName } from '../model/record.ts'
import type { Ports } from '../ports/ports.ts'
import type { PureRunner } from '../ports/pure-runner.ts'
import type { RangeRunner } from '../ports/range-runner.ts'
import type { Delivery, LogConsumer, RecordLog } from '../ports/record-log.ts'
import type { SchemaRegistry, Serde } from '../ports/schema-registry.ts'
import type { Telemetry } from '../ports/telemetry.ts'
import type { Batcher } from './batcher.ts'
import type { Breaker } from './breaker.ts'
import type { Committer } from './committer.ts'
import type { FlightOrder } from './flight-order.ts'
import type { RuntimeOptions } from './options.ts'
import type { Semaphore } from './semaphore.ts'

/** Everything a topology needs to run; made by the composition root or by the simulator. */
export interface RuntimeEnvironment {
  readonly topology: Topology
  readonly log: RecordLog
  readonly registry: SchemaRegistry
  readonly ports: Ports
  readonly pure: PureRunner
  /** Left out, all range sinks run in the thread of the engine. */
  readonly ranges?: RangeRunner
  readonly telemetry: Telemetry
  readonly options: RuntimeOptions
}

/** What the sub-topologies that run in one process share. */
export interface ProcessEnvironment extends RuntimeEnvironment {
  readonly serdes: ReadonlyMap<TopicName, Serde<unknown>>
  /** Ranges decoded and written at a time: each holds all its rows in memory. */
  readonly rangeWrites: Semaphore
}

/** What the parts of one running sub-topology share. */
export interface PartEnvironment extends ProcessEnvironment {
  readonly name: string
  readonly consumer: LogConsumer
  readonly delivery: Delivery
  readonly breaker: Breaker
  /** By step id. */
  readonly semaphores: ReadonlyMap<string, Semaphore>
  /** By sink name. */
  readonly batchers: ReadonlyMap<string, Batcher>
  readonly committer: Committer
  readonly order: FlightOrder
  /** Ends the run: the process must not go on. */
  readonly fail: (error: Error) => void
}
