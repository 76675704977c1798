import { availableParallelism } from 'node:os'
import type { Clock } from '../../topology/ports/clock.ts'

export interface WorkerPureRunnerOptions {
  /** URL of the module that builds the topology; each thread imports it. */
  readonly module: string
  /** Its exported function; called with `options`, answers the topology. */
  readonly exportName: string
  /** Handed to that function; must be structured-cloneable. */
  readonly options: unknown
  readonly clock: Clock
  /** Most threads; one is started when all others are busy. */
  readonly threads?: number
  /** Most MiB of JavaScript heap per thread. Memory outside the heap (array buffers, WebAssembly) is not counted. */
  readonly memoryMb?: number
  /** Milliseconds in which a thread must have imported the module and made the stages of a call. */
  readonly startMs?: number
}

type Defaulted = 'threads' | 'memoryMb' | 'startMs'

/** One core is left to the main thread. */
export const workerDefaults = (): Required<Pick<WorkerPureRunnerOptions, Defaulted>> => ({
  threads: Math.max(1, availableParallelism() - 1),
  memoryMb: 512,
  startMs: 60_000,
})
