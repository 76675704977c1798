import type { Uri } from '../../schemas/brands.ts'
import type { Failure } from './failure.ts'

/** Facts for the ledger: which objects were written and what was counted. Never text. */
export interface Facts {
  readonly outputs?: readonly Uri[]
  readonly counts?: Readonly<Record<string, number>>
}

/** A change of the sub-topology's state store, made durable together with the outputs and the offset. */
export interface StateWrite {
  readonly key: string
  /** Null removes the key. */
  readonly value: Uint8Array | null
}

/** The record goes on, as no, one or several values. */
export interface Forward<O> {
  readonly kind: 'forward'
  readonly values: readonly O[]
  readonly facts?: Facts
  readonly state?: readonly StateWrite[]
  /** Parts of the record that failed while the rest goes on; each becomes a dead letter with its `itemId`. */
  readonly failures?: readonly Failure[]
}

/**
 * The record becomes many values that do not fit memory. They are produced in pieces while they come; a crash in the
 * middle produces them again, so whoever reads them must know a replay when it sees one. Only directly before a topic.
 * The iterable is started anew after a transient fault, so every iteration must begin at the first value.
 */
export interface ForwardStream<O> {
  readonly kind: 'forward-stream'
  readonly values: AsyncIterable<O>
}

/** The record ends here, and that is right. `reason` is a code for the ledger: `replay`, `stale`, `erased`. */
export interface Drop {
  readonly kind: 'drop'
  readonly reason: string
  readonly facts?: Facts
}

/** The record ends here, and somebody must look. */
export interface DeadLettered {
  readonly kind: 'dead-letter'
  readonly failure: Failure
}

export type Outcome<O> = Forward<O> | ForwardStream<O> | Drop | DeadLettered

export const forward = <O>(
  value: O,
  rest: Omit<Forward<O>, 'kind' | 'values'> = {},
): Forward<O> => ({
  kind: 'forward',
  values: [value],
  ...rest,
})

export const forwardAll = <O>(
  values: readonly O[],
  rest: Omit<Forward<O>, 'kind' | 'values'> = {},
): Forward<O> => ({ kind: 'forward', values, ...rest })

export const forwardStream = <O>(values: AsyncIterable<O>): ForwardStream<O> => ({
  kind: 'forward-stream',
  values,
})

export const drop = (reason: string, facts?: Facts): Drop => ({
  kind: 'drop',
  reason,
  ...(facts && { facts }),
})

export const deadLetter = (failure: Failure): DeadLettered => ({ kind: 'dead-letter', failure })
