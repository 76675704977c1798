import type { ChunkSet, ClassificationSet } from '../../schemas/generated/types.ts'
import { producedBy } from '../../topology/model/envelope.ts'
import type { Failure } from '../../topology/model/failure.ts'
import { drop, forward } from '../../topology/model/outcome.ts'
import type { AskingStage } from '../../topology/model/stage.ts'
import { createModelPools } from '../batching/model-pool.ts'
import { priceOf } from '../batching/price.ts'
import { usageFigures } from '../batching/usage.ts'
import { askChunks, chunkFailures } from '../chunk-set/ask-chunks.ts'
import { loadChunkSet } from '../chunk-set/load-chunk-set.ts'
import { classificationSetOf, type ModelOutcomes } from './classification-set.ts'
import { DEFAULT_CLASSIFY_OPTIONS } from './options.ts'
import type { ClassifyOptions } from './options.ts'
import { readScores, scoreCodec } from './read-scores.ts'

const STAGE = { name: 'classify', version: 1 } as const

/**
 * Makes the stage that scores chunks by several models. A chunk that a model cannot take becomes a dead letter of that
 * model; all other scores go on. An erasing event is passed on without scores.
 */
export function createClassifyStage(
  given: Pick<ClassifyOptions, 'cards'> & Partial<ClassifyOptions>,
): AskingStage<ChunkSet, ClassificationSet> {
  const options: ClassifyOptions = { ...DEFAULT_CLASSIFY_OPTIONS, ...given }
  const { cards, pool, concurrency, timeoutMs } = options
  const uses = cards.map((card) => ({
    card,
    price: priceOf(options.prices, card),
    poolOf: createModelPools({ card, read: readScores(card), pool, codec: scoreCodec(card) }),
  }))
  return {
    kind: 'asking',
    ...STAGE,
    order: 'key',
    doc: `Scores of chunks by ${cards.map(({ name, version }) => `${name}@${version}`).join(', ')}`,
    concurrency,
    timeoutMs,
    settings: Object.fromEntries(cards.map((card) => [`model ${card.name}`, card.version])),
    run: async (event, context) => {
      const { ports } = context
      const mark = producedBy(STAGE, ports.identity, modelsOf(cards))
      if (event.operation === 'ERASE') return forward(classificationSetOf(event, [], mark))
      const file = await loadChunkSet(event, ports.objects)
      if (!file) return drop('erased')
      const { chunks } = file
      const asked = uses.map(({ card, poolOf }) => askChunks(chunks, card, poolOf(ports), context))
      const models: ModelOutcomes[] = []
      const failures: Failure[] = []
      for (const [place, outcomes] of (await Promise.all(asked)).entries()) {
        const { card, price } = uses[place]!
        models.push({ card, outcomes, price })
        failures.push(...chunkFailures(outcomes, card))
      }
      const set = classificationSetOf(event, models, mark)
      const counts = { scored: set.results.length, ...usageFigures(set.usage) }
      return forward(set, { failures, facts: { counts } })
    },
  }
}

/** Several models made the event: their names and versions stand in the same order. */
function modelsOf(cards: ClassifyOptions['cards']): { model: string; modelVersion: string } {
  return {
    model: cards.map(({ name }) => name).join('+'),
    modelVersion: cards.map(({ version }) => version).join('+'),
  }
}
