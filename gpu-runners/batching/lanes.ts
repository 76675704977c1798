import type { DeadlineClass } from '../../topology/model/deadline-class.ts'
import type { PoolItem } from './item.ts'
import { createSortedQueue } from './sorted-queue.ts'
import type { SortedQueue, Waiting } from './sorted-queue.ts'

/** Entries of one class that wait for a batch. */
export interface Lane<T extends Waiting> {
  readonly deadline: DeadlineClass
  readonly queue: SortedQueue<T>
  /** What waits for room, before the queue. */
  readonly outside: Set<Outsider>
}

export interface Outsider {
  readonly item: PoolItem
  readonly since: number
}

/** Both classes, and whose turn it is. */
export interface Lanes<T extends Waiting> {
  readonly all: readonly Lane<T>[]
  readonly of: (deadline: DeadlineClass) => Lane<T>
  readonly size: () => number
  /** Those in which something waits, the one first whose batch should leave next. */
  readonly inTurn: () => readonly Lane<T>[]
  /** A batch of this one has left. */
  readonly left: (lane: Lane<T>) => void
}

/** So many batches for which somebody waits may leave before one for which nobody does. */
const MOST_IN_A_ROW = 3

/** Interactive before bulk, but for every fourth batch while both wait: bulk is slowed down and not starved. */
export function createLanes<T extends Waiting>(): Lanes<T> {
  const laneOf = (deadline: DeadlineClass): Lane<T> => ({
    deadline,
    queue: createSortedQueue(),
    outside: new Set(),
  })
  const [interactive, bulk] = [laneOf('interactive'), laneOf('bulk')]
  let inARow = 0
  return {
    all: [interactive, bulk],
    of: (deadline) => (deadline === 'interactive' ? interactive : bulk),
    size: () => interactive.queue.size() + bulk.queue.size(),
    inTurn: () => {
      const order = inARow < MOST_IN_A_ROW ? [interactive, bulk] : [bulk, interactive]
      return order.filter(({ queue }) => queue.size() > 0)
    },
    left: ({ deadline }) => {
      inARow = deadline === 'interactive' && bulk.queue.size() > 0 ? inARow + 1 : 0
    },
  }
}
