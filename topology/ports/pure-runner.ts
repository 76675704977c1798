import type { PureContext } from '../model/stage.ts'
import type { Outcome } from '../model/outcome.ts'

/**
 * Runs fused pure stages, by the names of their nodes: on worker threads in production, inline in tests. Throws
 * {@link PureOverrun} when the call passes its deadline or its memory; the thread is gone then, other calls are not.
 */
export interface PureRunner {
  /** Makes stages ready before the first call wants them, as it takes time to load them. May do nothing; throws nothing. */
  readonly prepare: (subTopology: string, nodes: readonly string[]) => void
  readonly run: (call: PureCall) => Promise<PureResult>
  readonly close: () => Promise<void>
}

export interface PureCall {
  readonly subTopology: string
  /** Node names in order. */
  readonly nodes: readonly string[]
  readonly value: unknown
  readonly context: PureContext
  readonly deadlineMs: number
}

/** The outcome of the last stage reached, and which one that was. */
export interface PureResult {
  readonly node: string
  readonly outcome: Outcome<unknown>
  /** CPU milliseconds per node, where measured. */
  readonly cpuMs: Readonly<Record<string, number>>
}

export class PureOverrun extends Error {
  readonly limit: 'deadline' | 'memory'

  constructor(limit: 'deadline' | 'memory', message: string) {
    super(message)
    this.name = 'PureOverrun'
    this.limit = limit
  }
}
