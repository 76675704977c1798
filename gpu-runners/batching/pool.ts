import type { Clock } from '../../topology/ports/clock.ts'
import { backlogIn } from './backlog.ts'
import type { LaneBacklog } from './backlog.ts'
import type { ComputeMeter } from './compute-meter.ts'
import { enterAll } from './enter-all.ts'
import type { InferBatch, ItemOutcome, PoolItem } from './item.ts'
import { createLanes } from './lanes.ts'
import type { Lane } from './lanes.ts'
import type { PoolOptions } from './options.ts'
import { fixedPace, paced } from './pace.ts'
import type { Pace } from './pace.ts'
import { addCompute, addUsage, costOf, countRequest, noCounts } from './pool-counts.ts'
import type { BatchUsage, PoolStatistics } from './pool-counts.ts'
import { resolveBatch } from './resolve-batch.ts'
import type { Probe } from './resolve-batch.ts'
import { selectBatch } from './select-batch.ts'
import type { Selection } from './select-batch.ts'
import type { Batch, Slot } from './slot.ts'
import { createSlots } from './slots.ts'

/** One pool per model, shared by all partitions. */
export interface InferencePool<I extends PoolItem, R> {
  /**
   * Resolves with what became of each item, in order; waits while the pool is full. Rejects with the fault of the
   * server that `infer` threw, with `SuspectedOutage`, or with the reason of `signal`, as soon as one item meets it;
   * the other items are then given up. A batch whose items were all given up is aborted. Items with the content of one
   * that is inside share its slot and take no room.
   */
  readonly submitAll: (
    items: readonly I[],
    signal?: AbortSignal,
  ) => Promise<readonly ItemOutcome<R>[]>
  readonly statistics: () => PoolStatistics
  /** What has not left yet, of each deadline class; counted when somebody asks. */
  readonly backlog: () => readonly LaneBacklog[]
}

/** What a pool is made of. */
export interface PoolParts<I, R> {
  readonly infer: InferBatch<I, R>
  readonly clock: Clock
  readonly options: PoolOptions
  /** See {@link resolveBatch}. */
  readonly probe?: Probe
  /** How hard the server is driven; as the options say, when absent. */
  readonly pace?: Pace
  /** Knows what a batch took of the server's computing; nobody does, when absent. */
  readonly meter?: ComputeMeter
}

/**
 * Makes a pool.
 *
 * A batch leaves when fewer than `maxInFlight` requests are under way and either no further item would fit it or its
 * oldest item has waited `lingerMs`. It holds the oldest item and those of most similar length.
 *
 * Interactive items have batches and room of their own. They do not wait for company, go before bulk, and so leave with the
 * next request but one at the latest, or as many later as they fill themselves; every fourth request is left to bulk.
 */
export function createInferencePool<I extends PoolItem, R>(
  parts: PoolParts<I, R>,
): InferencePool<I, R> {
  const { clock, options, pace = fixedPace(parts.options) } = parts
  const lanes = createLanes<Slot<I, R>>()
  const counts = noCounts()
  const slots = createSlots<I, R>({
    clock,
    limits: options,
    lanes,
    onShared: () => counts.shared++,
    onEntered: () => dispatch(),
  })
  const resolving = { outageShare: options.outageShare, ...(parts.probe && { probe: parts.probe }) }
  let inFlight = 0
  let cancelLinger: (() => void) | undefined

  /** With nothing else to do it is worth waiting for what the server says. */
  const computeOf = async (items: readonly I[]): Promise<number> =>
    (await parts.meter?.share(
      { items: items.length, cost: costOf(options, items) },
      lanes.size() === 0,
    )) ?? 0

  const infer: InferBatch<I, R> = (items, signal, again) => {
    countRequest(counts, items)
    return paced(pace, items, lanes.size() > 0, () => parts.infer(items, signal, again))
  }

  const readyIn = ({ deadline, queue }: Lane<Slot<I, R>>): Selection | undefined => {
    const oldest = queue.oldest()
    if (oldest === undefined) return undefined
    const lengths = { size: queue.size(), tokensAt: queue.tokensAt }
    const limits = { ...options, maxBatchTokens: pace.maxBatchTokens() }
    const selection = selectBatch(lengths, queue.indexOf(oldest), limits)
    const lingerMs = deadline === 'interactive' ? 0 : options.lingerMs
    const left = oldest.arrived + lingerMs - clock.now()
    if (selection.full || left <= 0) return selection
    cancelLinger ??= clock.after(left, () => {
      cancelLinger = undefined
      dispatch()
    })
    return undefined
  }

  /** The batch that should leave now; undefined when none should. */
  const takeBatch = (): readonly Slot<I, R>[] | undefined => {
    for (const lane of lanes.inTurn()) {
      const selection = readyIn(lane)
      if (!selection) continue
      const taken = lane.queue.take(selection.start, selection.end)
      lanes.left(lane)
      return taken
    }
    return undefined
  }

  const dispatch = (): void => {
    while (inFlight < pace.maxInFlight()) {
      const taken = takeBatch()
      if (taken === undefined) return
      cancelLinger?.()
      cancelLinger = undefined
      void send(taken)
    }
  }

  /** Never rejects: every slot is settled, whatever happens. */
  const send = async (taken: readonly Slot<I, R>[]): Promise<void> => {
    const batch: Batch<I, R> = { controller: new AbortController(), undecided: new Set(taken) }
    for (const slot of taken) slot.batch = batch
    const deliver = (index: number, outcome: ItemOutcome<R>): void => {
      const slot = taken[index] as Slot<I, R>
      batch.undecided.delete(slot)
      if (outcome.kind === 'poison') {
        poison++
        counts.poison++
      }
      slots.resolve(slot, outcome, used.get(slot.item))
    }
    inFlight++
    let requests = 0
    let poison = 0
    const used: BatchUsage<I> = new Map()
    const counted: InferBatch<I, R> = async (items, signal, again) => {
      requests++
      addUsage(used, items, options)
      if (parts.meter) await parts.meter.begin()
      const answers = await infer(items, signal, again)
      if (parts.meter) addCompute(used, items, await computeOf(items), options)
      return answers
    }
    try {
      const items = taken.map(({ item }) => item)
      await resolveBatch(items, counted, deliver, resolving, batch.controller.signal)
      // It came through in parts, and no item was to blame.
      if (requests > 1 && poison === 0) pace.tooLarge(costOf(options, items))
    } catch (error) {
      if (!batch.controller.signal.aborted) counts.faults++
      for (const slot of batch.undecided) slots.reject(slot, error)
    }
    inFlight--
    dispatch()
  }

  return {
    submitAll: (items, signal) => {
      const outcomes = enterAll(items, slots.enter, signal)
      dispatch()
      return outcomes
    },
    statistics: () => ({ ...counts, waiting: lanes.size(), inFlight }),
    backlog: () => lanes.all.map((lane) => backlogIn(lane, clock.now())),
  }
}
