import type { DeadlineClass } from '../../topology/model/deadline-class.ts'

/** What a pool must know of an item. The rest of it is for the one who computes. */
export interface PoolItem {
  /** Length for the model, from 1. Decides with whom it shares a batch. */
  readonly tokens: number
  /** Memory that it holds while it waits. */
  readonly bytes: number
  /** Items with the same key are computed once; absent: always computed. */
  readonly contentKey?: string
  /** Bulk, when absent. */
  readonly deadline?: DeadlineClass
}

/** What became of one item. Faults of the server are thrown instead: they are not the item's doing. */
export type ItemOutcome<R> =
  | {
      readonly kind: 'ok'
      readonly result: R
      /** What computing it took; absent for a result that was remembered, or that another item was computed for. */
      readonly usage?: ItemUsage
    }
  | Poison

/** What computing one item took. */
export interface ItemUsage {
  /** Requests that it came first in: those of all items of a batch are the requests of the batch. */
  readonly requests: number
  /** Of the item in each request, without and with what it was padded to. */
  readonly tokens: number
  readonly paddedTokens: number
  /** Its share of the milliseconds that the server computed; 0 where that does not tell. */
  readonly computeMs: number
}

/** The item itself cannot be computed: it would fail again. */
export interface Poison {
  readonly kind: 'poison'
  readonly reason: PoisonReason
  readonly message: string
}

/**
 * `refused`: the server said that the item is invalid; `too-long`: that it does not fit the model; `failed`: it broke on it;
 * `bad-result`: its answer was unusable.
 */
export type PoisonReason = 'refused' | 'too-long' | 'failed' | 'bad-result'

/** The closed list of codes for what a model could not take. */
export const POISON_CODES = {
  refused: 'model-refused-item',
  'too-long': 'model-input-too-long',
  failed: 'model-failed-on-item',
  'bad-result': 'model-result-unusable',
} as const

/** What an operator can do about it: an input that is refused or too long is wrong as it is. */
export const poisonDisposition = (reason: PoisonReason): 'VALIDATION' | 'POISON' =>
  reason === 'refused' || reason === 'too-long' ? 'VALIDATION' : 'POISON'

/** The answer to one item of a batch. */
export type ItemAnswer<R> =
  { readonly kind: 'ok'; readonly result: R } | { readonly kind: 'bad'; readonly message: string }

/**
 * Computes one batch: one answer per item, in order. Throws `BatchRefused` when the batch as a whole failed and one
 * of its items may be to blame; anything else that it throws counts as a fault of the server or a bug, and goes to
 * everyone who waits for an item of this batch.
 */
export type InferBatch<I, R> = (
  items: readonly I[],
  signal: AbortSignal,
  again?: SecondTry,
) => Promise<readonly ItemAnswer<R>[]>

/** That an item is asked about alone and for the second time, and why. The message is the one of its answer or error. */
export interface SecondTry {
  readonly reason: PoisonReason
  readonly message: string
}

/** Thrown by {@link InferBatch}: the whole batch failed, and an item of it may be the reason. */
export class BatchRefused extends Error {
  readonly reason: Exclude<PoisonReason, 'bad-result'>

  constructor(reason: Exclude<PoisonReason, 'bad-result'>, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'BatchRefused'
    this.reason = reason
  }
}
