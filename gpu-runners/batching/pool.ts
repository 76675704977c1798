import type { Clock } from '../../topology/ports/clock.ts'
import { backlogIn } from './backlog.ts'
import type { LaneBacklog } from './backlog.ts'
import { createCapacity } from './capacity.ts'
import type { ComputeMeter } from './compute-meter.ts'
import type { InferBatch, ItemOutcome, ItemUsage, PoolItem } from './item.ts'
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
import type { Batch, Slot, Waiter } from './slot.ts'

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

/** Room for interactive items, as a share of that for bulk and beside it. */
const INTERACTIVE_SHARE = 0.25

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
  const rooms = {
    bulk: createCapacity(options),
    interactive: createCapacity({
      maxItems: Math.ceil(options.maxItems * INTERACTIVE_SHARE),
      maxBytes: Math.ceil(options.maxBytes * INTERACTIVE_SHARE),
    }),
  }
  const slotsByContent = new Map<string, Slot<I, R>>()
  const counts = noCounts()
  const resolving = { outageShare: options.outageShare, ...(parts.probe && { probe: parts.probe }) }
  let sequence = 0
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

  const forget = (slot: Slot<I, R>): void => {
    const key = slot.item.contentKey
    if (key !== undefined && slotsByContent.get(key) === slot) slotsByContent.delete(key)
  }

  const free = (slot: Slot<I, R>): void => {
    forget(slot)
    slot.room.give(slot.item.bytes)
  }

  /** Who waits first for it is who it was computed for. */
  const resolveSlot = (
    slot: Slot<I, R>,
    outcome: ItemOutcome<R>,
    usage: ItemUsage | undefined,
  ): void => {
    const [first, ...others] = slot.waiters.splice(0)
    first?.resolve(usage && outcome.kind === 'ok' ? { ...outcome, usage } : outcome)
    for (const waiter of others) waiter.resolve(outcome)
    free(slot)
  }

  const rejectSlot = (slot: Slot<I, R>, error: unknown): void => {
    for (const waiter of slot.waiters.splice(0)) waiter.reject(error)
    free(slot)
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
      const slots = lane.queue.take(selection.start, selection.end)
      lanes.left(lane)
      return slots
    }
    return undefined
  }

  const dispatch = (): void => {
    while (inFlight < pace.maxInFlight()) {
      const slots = takeBatch()
      if (slots === undefined) return
      cancelLinger?.()
      cancelLinger = undefined
      void send(slots)
    }
  }

  /** Never rejects: every slot is settled, whatever happens. */
  const send = async (slots: readonly Slot<I, R>[]): Promise<void> => {
    const batch: Batch<I, R> = { controller: new AbortController(), undecided: new Set(slots) }
    for (const slot of slots) slot.batch = batch
    const deliver = (index: number, outcome: ItemOutcome<R>): void => {
      const slot = slots[index] as Slot<I, R>
      batch.undecided.delete(slot)
      if (outcome.kind === 'poison') {
        poison++
        counts.poison++
      }
      resolveSlot(slot, outcome, used.get(slot.item))
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
      const items = slots.map(({ item }) => item)
      await resolveBatch(items, counted, deliver, resolving, batch.controller.signal)
      // It came through in parts, and no item was to blame.
      if (requests > 1 && poison === 0) pace.tooLarge(costOf(options, items))
    } catch (error) {
      if (!batch.controller.signal.aborted) counts.faults++
      for (const slot of batch.undecided) rejectSlot(slot, error)
    }
    inFlight--
    dispatch()
  }

  /** What nobody waits for any more leaves the queue; a batch that nobody waits for is stopped. */
  const abandon = (slot: Slot<I, R>): void => {
    if (lanes.of(slot.deadline).queue.remove(slot)) return free(slot)
    const undecided = [...(slot.batch?.undecided ?? [])]
    if (undecided.some(({ waiters }) => waiters.length > 0)) return
    for (const other of undecided) forget(other)
    slot.batch?.controller.abort(new Error('nobody waits for this batch any more'))
  }

  /** Moves what waits with the bulk, now that somebody waits for it. */
  const hasten = (slot: Slot<I, R>): void => {
    if (!lanes.of('bulk').queue.remove(slot)) return
    slot.deadline = 'interactive'
    lanes.of('interactive').queue.add(slot)
  }

  /** The slot that holds the same content already, or undefined. */
  const sharedSlot = ({ contentKey, deadline }: I): Slot<I, R> | undefined => {
    const slot = contentKey === undefined ? undefined : slotsByContent.get(contentKey)
    if (slot === undefined) return undefined
    counts.shared++
    if (deadline === 'interactive') hasten(slot)
    return slot
  }

  const createSlot = (item: I, since = clock.now()): Slot<I, R> => {
    const arrived = clock.now()
    const { tokens, deadline = 'bulk' } = item
    const slot: Slot<I, R> = {
      item,
      tokens,
      sequence: sequence++,
      arrived,
      since,
      waiters: [],
      room: rooms[deadline],
      deadline,
      batch: undefined,
    }
    if (item.contentKey !== undefined) slotsByContent.set(item.contentKey, slot)
    lanes.of(deadline).queue.add(slot)
    return slot
  }

  /** Brings an item to a slot, now or when there is room. Returns what takes the waiter out again. */
  const enter = (item: I, waiter: Waiter<R>): (() => void) => {
    const join = (slot: Slot<I, R>): (() => void) => {
      slot.waiters.push(waiter)
      return () => {
        const at = slot.waiters.indexOf(waiter)
        if (at >= 0) slot.waiters.splice(at, 1)
        if (at >= 0 && slot.waiters.length === 0) abandon(slot)
      }
    }
    const same = sharedSlot(item)
    if (same) return join(same)
    const { deadline = 'bulk' } = item
    const room = rooms[deadline]
    if (room.tryTake(item.bytes)) return join(createSlot(item))
    const outsider = { item, since: clock.now() }
    const { outside } = lanes.of(deadline)
    outside.add(outsider)
    let leave = room.waitFor(item.bytes, () => {
      outside.delete(outsider)
      const shared = sharedSlot(item)
      leave = join(shared ?? createSlot(item, outsider.since))
      if (shared) room.give(item.bytes)
      dispatch()
    })
    return () => {
      outside.delete(outsider)
      leave()
    }
  }

  const submitAll = (
    items: readonly I[],
    signal?: AbortSignal,
  ): Promise<readonly ItemOutcome<R>[]> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      if (items.length === 0) return resolve([])
      const outcomes: ItemOutcome<R>[] = []
      let open = items.length
      const fail = (reason: unknown): void => {
        signal?.removeEventListener('abort', onAbort)
        reject(reason)
        for (const leave of leaves) leave()
      }
      const onAbort = (): void => fail(signal?.reason)
      const take = (index: number, outcome: ItemOutcome<R>): void => {
        outcomes[index] = outcome
        if (--open > 0) return
        signal?.removeEventListener('abort', onAbort)
        resolve(outcomes)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      const leaves = items.map((item, index) =>
        enter(item, { resolve: (outcome) => take(index, outcome), reject: fail }),
      )
      dispatch()
    })

  return {
    submitAll,
    statistics: () => ({ ...counts, waiting: lanes.size(), inFlight }),
    backlog: () => lanes.all.map((lane) => backlogIn(lane, clock.now())),
  }
}
