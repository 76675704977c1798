import type { Clock } from '../../topology/ports/clock.ts'
import { createCapacity } from './capacity.ts'
import type { ItemOutcome, ItemUsage, PoolItem } from './item.ts'
import type { Lanes } from './lanes.ts'
import type { PoolOptions } from './options.ts'
import type { Slot, Waiter } from './slot.ts'

/** Everything that is inside a pool or waits at its door. */
export interface Slots<I, R> {
  /** Brings an item to a slot, now or when there is room. Returns what takes the waiter out again. */
  readonly enter: (item: I, waiter: Waiter<R>) => () => void
  /** Tells all who wait. Who waits first for it is who it was computed for. */
  readonly resolve: (
    slot: Slot<I, R>,
    outcome: ItemOutcome<R>,
    usage: ItemUsage | undefined,
  ) => void
  readonly reject: (slot: Slot<I, R>, error: unknown) => void
}

/** What the slots of a pool are made of. */
export interface SlotParts<I, R> {
  readonly clock: Clock
  readonly limits: Pick<PoolOptions, 'maxItems' | 'maxBytes'>
  readonly lanes: Lanes<Slot<I, R>>
  /** An item came to a slot that is there already. */
  readonly onShared: () => void
  /** An item that had waited for room was queued. */
  readonly onEntered: () => void
}

/** Room for interactive items, as a share of that for bulk and beside it. */
const INTERACTIVE_SHARE = 0.25

/** Makes the slots of a pool: one for each distinct content, as many as there is room for. */
export function createSlots<I extends PoolItem, R>(parts: SlotParts<I, R>): Slots<I, R> {
  const { clock, limits, lanes } = parts
  const rooms = {
    bulk: createCapacity(limits),
    interactive: createCapacity({
      maxItems: Math.ceil(limits.maxItems * INTERACTIVE_SHARE),
      maxBytes: Math.ceil(limits.maxBytes * INTERACTIVE_SHARE),
    }),
  }
  const slotsByContent = new Map<string, Slot<I, R>>()
  let sequence = 0

  const forget = (slot: Slot<I, R>): void => {
    const key = slot.item.contentKey
    if (key !== undefined && slotsByContent.get(key) === slot) slotsByContent.delete(key)
  }

  const free = (slot: Slot<I, R>): void => {
    forget(slot)
    slot.room.give(slot.item.bytes)
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
    parts.onShared()
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

  const join = (slot: Slot<I, R>, waiter: Waiter<R>): (() => void) => {
    slot.waiters.push(waiter)
    return () => {
      const at = slot.waiters.indexOf(waiter)
      if (at >= 0) slot.waiters.splice(at, 1)
      if (at >= 0 && slot.waiters.length === 0) abandon(slot)
    }
  }

  /** The same content may have come in while this item waited: its slot takes no room. */
  const enterLater = (item: I, waiter: Waiter<R>): (() => void) => {
    const { deadline = 'bulk' } = item
    const { outside } = lanes.of(deadline)
    const outsider = { item, since: clock.now() }
    outside.add(outsider)
    let leave = rooms[deadline].waitFor(item.bytes, () => {
      outside.delete(outsider)
      const shared = sharedSlot(item)
      leave = join(shared ?? createSlot(item, outsider.since), waiter)
      if (shared) rooms[deadline].give(item.bytes)
      parts.onEntered()
    })
    return () => {
      outside.delete(outsider)
      leave()
    }
  }

  return {
    enter: (item, waiter) => {
      const same = sharedSlot(item)
      if (same) return join(same, waiter)
      const hasRoom = rooms[item.deadline ?? 'bulk'].tryTake(item.bytes)
      return hasRoom ? join(createSlot(item), waiter) : enterLater(item, waiter)
    },
    resolve: (slot, outcome, usage) => {
      const [first, ...others] = slot.waiters.splice(0)
      first?.resolve(usage && outcome.kind === 'ok' ? { ...outcome, usage } : outcome)
      for (const waiter of others) waiter.resolve(outcome)
      free(slot)
    },
    reject: (slot, error) => {
      for (const waiter of slot.waiters.splice(0)) waiter.reject(error)
      free(slot)
    },
  }
}
