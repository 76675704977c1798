import type { ItemAnswer, PoolItem } from '../../gpu-runners/batching/item.ts'
import { DEFAULT_POOL_OPTIONS } from '../../gpu-runners/batching/options.ts'
import { createInferencePool } from '../../gpu-runners/batching/pool.ts'
import { createSteppedClock } from '../../test/gpu-runners/batching/stepped-clock.ts'
import type { Clock } from '../../topology/ports/clock.ts'

/** One instance of an encoder: milliseconds of a batch, of a padded token, and of the network there and back with the client. */
const MODEL = { batchMs: 1.5, tokenMs: 1 / 1_500, rttMs: 1.5 }
/** What both the pool and the ideal may put into a batch, in tokens. */
const BUDGET = DEFAULT_POOL_OPTIONS.maxBatchTokens

/** How one way of making batches fared on the whole trace, in the time of the model. */
export interface Fared {
  readonly way: string
  readonly batches: number
  /** Tokens of the texts by tokens with padding. */
  readonly efficiency: number
  readonly itemsPerSecond: number
}

/** Lengths as of chunks of mail: log-normal, 120 tokens at the median, 157 on average, 8 to 512. Same seed, same trace. */
export const lengthsOf = (count: number, seed = 1): readonly number[] => {
  let state = seed
  const random = (): number =>
    ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) + 1) / (2 ** 32 + 1)
  // Box and Muller's way to a normal distribution.
  const normal = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())
  return Array.from({ length: count }, () =>
    Math.min(512, Math.max(8, Math.round(120 * Math.exp(0.733 * normal())))),
  )
}

const sum = (lengths: readonly number[]): number => lengths.reduce((all, each) => all + each, 0)
const padded = (lengths: readonly number[]): number => Math.max(...lengths) * lengths.length

/** A server that computes one batch after the other. Answers when the result is back at the client. */
const createServer = (clock: Clock, costOf: (lengths: readonly number[]) => number) => {
  let freeAt = 0
  const counts = { batches: 0, cost: 0 }
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve))
  const compute = async (lengths: readonly number[]): Promise<void> => {
    const cost = costOf(lengths)
    counts.batches += 1
    counts.cost += cost
    await sleep(MODEL.rttMs / 2)
    freeAt = Math.max(clock.now(), freeAt) + MODEL.batchMs + cost * MODEL.tokenMs
    await sleep(freeAt - clock.now())
    await sleep(MODEL.rttMs / 2)
  }
  return { compute, counts }
}

type Server = ReturnType<typeof createServer>

const timed = async (
  way: string,
  lengths: readonly number[],
  run: (server: Server, clock: Clock) => Promise<unknown>,
  costOf = padded,
): Promise<Fared> => {
  const clock = createSteppedClock()
  const server = createServer(clock, costOf)
  let endedAt: number | undefined
  const running = run(server, clock).then(() => (endedAt = clock.now()))
  while (endedAt === undefined) await clock.advance(1_000)
  await running
  const { batches, cost } = server.counts
  const itemsPerSecond = lengths.length / (endedAt / 1_000)
  return { way, batches, efficiency: sum(lengths) / cost, itemsPerSecond }
}

/** Batches in the order in which the items came, with so many requests under way. */
const inTurn = async (
  server: Server,
  batches: readonly (readonly number[])[],
  inFlight: number,
): Promise<void> => {
  const left = batches[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (const batch of left) await server.compute(batch)
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}

const chunksOf = (lengths: readonly number[], size: number): readonly (readonly number[])[] =>
  Array.from({ length: Math.ceil(lengths.length / size) }, (_, k) =>
    lengths.slice(k * size, (k + 1) * size),
  )

/** As many as fit the budget, in order, where nothing is padded: no client can do better with it. */
const withinBudget = (lengths: readonly number[]): readonly (readonly number[])[] => {
  const batches: number[][] = []
  let room = 0
  for (const length of lengths) {
    if (length > room) {
      batches.push([])
      room = BUDGET
    }
    batches.at(-1)!.push(length)
    room -= length
  }
  return batches
}

const throughPool =
  (lengths: readonly number[]) =>
  (server: Server, clock: Clock): Promise<unknown> => {
    const pool = createInferencePool<PoolItem, true>({
      clock,
      options: { ...DEFAULT_POOL_OPTIONS, maxBatchItems: 2_048 },
      infer: async (items): Promise<readonly ItemAnswer<true>[]> => {
        await server.compute(items.map(({ tokens }) => tokens))
        return items.map(() => ({ kind: 'ok', result: true }))
      },
    })
    return pool.submitAll(lengths.map((tokens) => ({ tokens, bytes: 4 * tokens })))
  }

/** The same trace in batches of 64 as they come, through the pool of the runners, and as it would be without padding. */
export const compareBatching = async (
  lengths: readonly number[],
): Promise<{
  readonly naive: Fared
  readonly two: Fared
  readonly ours: Fared
  readonly ideal: Fared
}> => {
  const batches = chunksOf(lengths, 64)
  return {
    naive: await timed('64 as they come, one under way', lengths, (server) =>
      inTurn(server, batches, 1),
    ),
    two: await timed('64 as they come, two under way', lengths, (server) =>
      inTurn(server, batches, 2),
    ),
    ours: await timed('the pool', lengths, throughPool(lengths)),
    ideal: await timed(
      'no padding',
      lengths,
      (server) => inTurn(server, withinBudget(lengths), 2),
      sum,
    ),
  }
}
