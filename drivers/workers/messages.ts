import { Fault, Rejected, type Failure, type FaultKind } from '../../topology/model/failure.ts'
import type { PureCall, PureResult } from '../../topology/ports/pure-runner.ts'

/** What a thread is started with. */
export interface WorkerStart {
  readonly module: string
  readonly exportName: string
  readonly options: unknown
  /** One int32: the id of the call that runs now, 0 between calls. */
  readonly progress: SharedArrayBuffer
}

export interface CallMessage extends Pick<PureCall, 'subTopology' | 'nodes' | 'value' | 'context'> {
  /** From 1. */
  readonly id: number
  /** Memory of the value was moved to the thread. */
  readonly moved: boolean
}

/** Stages that calls will want. */
export interface PrepareMessage {
  readonly subTopology: string
  readonly nodes: readonly string[]
}

export type ResultMessage =
  | { readonly id: number; readonly kind: 'result'; readonly result: PureResult }
  | { readonly id: number; readonly kind: 'thrown'; readonly thrown: Thrown }

/** An error on its way between threads: structured clone would forget its class. */
export type Thrown =
  | { readonly kind: 'rejected'; readonly failure: Failure }
  | {
      readonly kind: 'fault'
      readonly fault: FaultKind
      readonly dependency: string
      readonly message: string
    }
  | {
      readonly kind: 'error'
      readonly name: string
      readonly message: string
      readonly stack: string | undefined
    }

export const packError = (error: unknown): Thrown => {
  if (error instanceof Rejected) return { kind: 'rejected', failure: error.failure }
  if (error instanceof Fault) {
    const { kind: fault, dependency, message } = error
    return { kind: 'fault', fault, dependency, message }
  }
  if (error instanceof Error) {
    const { name, message, stack } = error
    return { kind: 'error', name, message, stack }
  }
  return { kind: 'error', name: typeof error, message: 'not an error', stack: undefined }
}

export const unpackError = (thrown: Thrown): Error => {
  switch (thrown.kind) {
    case 'rejected':
      return new Rejected(thrown.failure)
    case 'fault':
      return new Fault(thrown.fault, thrown.dependency, thrown.message)
    case 'error': {
      const { name, message, stack } = thrown
      return Object.assign(new Error(message), { name, ...(stack !== undefined && { stack }) })
    }
  }
}
