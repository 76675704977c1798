import type { ModelServer } from '../../topology/ports/model-server.ts'
import type { ModelBacklog } from '../../topology/ports/telemetry.ts'
import type { PoolItem } from './item.ts'
import type { Lane } from './lanes.ts'
import type { Waiting } from './sorted-queue.ts'

/** What waits in one pool, of one deadline class. */
export type LaneBacklog = Omit<ModelBacklog, 'model'>

/** Something in a lane, and when it was asked about. */
interface Waits extends Waiting {
  readonly item: PoolItem
  readonly since: number
}

/** Counts what waits for a batch and what waits for room; it looks at every item. */
export const backlogIn = <T extends Waits>(
  { deadline, queue, outside }: Lane<T>,
  now: number,
): LaneBacklog => {
  let [items, tokens, bytes, oldest] = [0, 0, 0, Infinity]
  for (const waiting of [queue.all(), outside])
    for (const { item, since } of waiting) {
      items++
      tokens += item.tokens
      bytes += item.bytes
      oldest = Math.min(oldest, since)
    }
  return { deadline, items, tokens, bytes, oldestMs: items > 0 ? now - oldest : undefined }
}

interface AskedPool {
  readonly model: string
  readonly backlog: () => readonly LaneBacklog[]
}

/** Pools are made where a stage first asks; who looks at them knows the model server only. */
const pools = new WeakMap<ModelServer, AskedPool[]>()

export const rememberPool = (models: ModelServer, pool: AskedPool): void => {
  const known = pools.get(models)
  if (known) known.push(pool)
  else pools.set(models, [pool])
}

/** What waits for the models of a server, by model and deadline class: both classes of every model that was asked before. */
export const backlogOf = (models: ModelServer): readonly ModelBacklog[] => {
  const sums = new Map<string, ModelBacklog>()
  for (const { model, backlog } of pools.get(models) ?? [])
    for (const lane of backlog()) {
      const key = `${model} ${lane.deadline}`
      const sum = sums.get(key)
      sums.set(key, sum ? added(sum, lane) : { model, ...lane })
    }
  return [...sums.values()]
}

/** Two stages may ask one model. */
const added = (sum: ModelBacklog, lane: LaneBacklog): ModelBacklog => ({
  ...sum,
  items: sum.items + lane.items,
  tokens: sum.tokens + lane.tokens,
  bytes: sum.bytes + lane.bytes,
  oldestMs:
    sum.oldestMs === undefined || lane.oldestMs === undefined
      ? (sum.oldestMs ?? lane.oldestMs)
      : Math.max(sum.oldestMs, lane.oldestMs),
})
