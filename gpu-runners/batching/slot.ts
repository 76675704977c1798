import type { DeadlineClass } from '../../topology/model/deadline-class.ts'
import type { Capacity } from './capacity.ts'
import type { ItemOutcome } from './item.ts'

/**
 * A place for the items of one distinct content. It is `queued` until a batch takes it, then `sent` until the batch is
 * resolved; everybody who submitted the content waits for the same slot.
 */
export interface Slot<I, R> {
  readonly item: I
  readonly tokens: number
  readonly sequence: number
  readonly arrived: number
  /** When it was asked about: before it arrived, where it waited for room. */
  readonly since: number
  /** Seldom more than one. */
  readonly waiters: Waiter<R>[]
  /** Whose room it takes. */
  readonly room: Capacity
  /** Where it waits; another one when somebody comes to wait for it. */
  deadline: DeadlineClass
  batch: Batch<I, R> | undefined
}

export interface Batch<I, R> {
  readonly controller: AbortController
  readonly undecided: Set<Slot<I, R>>
}

export interface Waiter<R> {
  readonly resolve: (outcome: ItemOutcome<R>) => void
  readonly reject: (reason: unknown) => void
}
