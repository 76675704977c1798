import { systemClock as clock } from '../../drivers/system/system-clock.ts'
import { systemRandom as random } from '../../drivers/system/system-random.ts'
import { createTritonModelServer } from '../../drivers/triton/triton-model-server.ts'
import { createModelPools } from '../../gpu-runners/batching/model-pool.ts'
import type { ModelItem } from '../../gpu-runners/batching/model-pool.ts'
import { readVectors } from '../../gpu-runners/embed/read-vectors.ts'
import { readModelCard } from '../../gpu-runners/models/read-model-card.ts'

/** Items per second of a pool as a stage has it, which finds its batches and how many are under way by itself. */
export interface OurThroughput {
  readonly measure: (seconds: number) => Promise<number>
  readonly close: () => Promise<void>
}

/** Documents at work at once, with so many chunks each: enough that there is always more to do. */
const [AT_ONCE, CHUNKS] = [64, 16] as const

export const openOurThroughput = (
  url: string,
  model: string,
  texts: readonly string[],
): OurThroughput => {
  const models = createTritonModelServer({ endpoints: [url] }, { clock, random })
  const card = readModelCard(model, 'embed')
  const ask = createModelPools({ card, read: readVectors(card) })({ models, clock })
  const items = texts.map((text): ModelItem => ({
    tokens: Math.ceil(text.length / 4),
    bytes: 2 * text.length,
    input: { text },
  }))
  let next = 0
  const document = (): readonly ModelItem[] =>
    Array.from({ length: CHUNKS }, () => items[next++ % items.length] as ModelItem)

  return {
    measure: async (seconds) => {
      let computed = 0
      let stopped = false
      const work = async (): Promise<void> => {
        while (!stopped) {
          const outcomes = await ask(document(), new AbortController().signal)
          if (outcomes.some(({ kind }) => kind !== 'ok')) throw new Error('a wrong answer')
          computed += outcomes.length
        }
      }
      const working = Promise.all(Array.from({ length: AT_ONCE }, work))
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      const [before, since] = [computed, performance.now()]
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
      const perSecond = ((computed - before) / (performance.now() - since)) * 1_000
      stopped = true
      await working
      return perSecond
    },
    close: () => models.close(),
  }
}
