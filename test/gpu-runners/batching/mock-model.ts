import type { ItemAnswer, PoolItem } from '../../../gpu-runners/batching/item.ts'
import { BatchRefused } from '../../../gpu-runners/batching/item.ts'
import type { Clock } from '../../../topology/ports/clock.ts'
import { Overloaded } from '../../../topology/ports/model-server.ts'
import type { ModelLoad } from '../../../topology/ports/model-server.ts'

/** A server that computes a batch in a + b·tokens milliseconds, so many at a time, behind a network. */
export interface MockModel {
  instances: number
  /** Factor on the time of each batch. */
  slowness: number
  /** More tokens than this fail for want of memory. */
  memoryTokens: number
  readonly infer: (items: readonly PoolItem[]) => Promise<readonly ItemAnswer<number>[]>
  readonly load: () => Promise<ModelLoad>
  /** Milliseconds of computing since the last call, of all instances. */
  readonly takeBusyMs: () => number
  /** Share of waiting among the requests that ended since the last call. */
  readonly takeQueueShare: () => number
  readonly requests: () => number
  readonly failures: () => number
}

export const createMockModel = (
  clock: Clock,
  given: { a: number; b: number; rttMs: number; queue?: number },
): MockModel => {
  const waiting: { arrived: number; start: () => void }[] = []
  let running = 0
  let busy = 0
  let requests = 0
  let failures = 0
  let queueMs = 0
  let computeMs = 0
  let items = 0
  let last = { queueMs: 0, computeMs: 0 }
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve))
  const begin = (): void => {
    while (running < mock.instances && waiting.length > 0) waiting.shift()?.start()
  }
  const mock: MockModel = {
    instances: 1,
    slowness: 1,
    memoryTokens: Infinity,
    infer: async (batch) => {
      requests++
      await sleep(given.rttMs / 2)
      const tokens = batch.reduce((sum, each) => sum + each.tokens, 0)
      if (tokens > mock.memoryTokens) {
        failures++
        throw new BatchRefused('failed', 'out of memory')
      }
      if (waiting.length >= (given.queue ?? Infinity)) {
        failures++
        throw new Overloaded('Exceeds maximum queue size')
      }
      const arrived = clock.now()
      await new Promise<void>((resolve) => {
        waiting.push({
          arrived,
          start: () => {
            running++
            resolve()
          },
        })
        begin()
      })
      const computing = (given.a + given.b * tokens) * mock.slowness
      queueMs += clock.now() - arrived
      await sleep(computing)
      computeMs += computing
      busy += computing
      items += batch.length
      running--
      begin()
      await sleep(given.rttMs / 2)
      return batch.map((_, i) => ({ kind: 'ok', result: i }))
    },
    load: () =>
      Promise.resolve({
        requests,
        executions: requests,
        items,
        queueMs,
        computeMs,
        busyMs: computeMs,
      }),
    takeBusyMs: () => {
      const taken = busy
      busy = 0
      return taken
    },
    takeQueueShare: () => {
      const queue = queueMs - last.queueMs
      const share = queue / (queue + computeMs - last.computeMs)
      last = { queueMs, computeMs }
      return share
    },
    requests: () => requests,
    failures: () => failures,
  }
  return mock
}
