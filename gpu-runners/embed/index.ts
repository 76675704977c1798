import type { ChunkSet, EmbeddingSet } from '../../schemas/generated/types.ts'
import { producedBy } from '../../topology/model/envelope.ts'
import { drop, forward } from '../../topology/model/outcome.ts'
import type { AskingStage } from '../../topology/model/stage.ts'
import { createModelPools } from '../batching/model-pool.ts'
import { priceOf } from '../batching/price.ts'
import { usageFigures } from '../batching/usage.ts'
import { askChunks, chunkFailures } from '../chunk-set/ask-chunks.ts'
import { loadChunkSet } from '../chunk-set/load-chunk-set.ts'
import { embeddingSetOf } from './embedding-set.ts'
import { DEFAULT_EMBED_OPTIONS } from './options.ts'
import type { EmbedOptions } from './options.ts'
import { readVectors, vectorCodec } from './read-vectors.ts'

const STAGE = { name: 'embed', version: 2 } as const

/**
 * Makes the stage that turns chunks into vectors. A chunk that the model cannot take becomes a dead letter; the vectors
 * of the others go on. An erasing event is passed on without vectors.
 */
export function createEmbedStage(
  given: Pick<EmbedOptions, 'card'> & Partial<EmbedOptions>,
): AskingStage<ChunkSet, EmbeddingSet> {
  const options: EmbedOptions = { ...DEFAULT_EMBED_OPTIONS, ...given }
  const { card, pool, concurrency, timeoutMs } = options
  const price = priceOf(options.prices, card)
  const poolOf = createModelPools({ card, read: readVectors(card), pool, codec: vectorCodec(card) })
  return {
    kind: 'asking',
    ...STAGE,
    order: 'key',
    doc: `Vectors of chunks by ${card.name}@${card.version}`,
    concurrency,
    timeoutMs,
    settings: { model: `${card.name}@${card.version}`, maxTokens: card.maxTokens },
    run: async (event, context) => {
      const { ports } = context
      const mark = producedBy(STAGE, ports.identity, {
        model: card.name,
        modelVersion: card.version,
      })
      if (event.operation === 'ERASE') return forward(embeddingSetOf(event, [], card, mark))
      const file = await loadChunkSet(event, ports.objects)
      if (!file) return drop('erased')
      const { chunks } = file
      const outcomes = await askChunks(chunks, card, poolOf(ports), context, 'with-header')
      const failures = chunkFailures(outcomes, card)
      const set = embeddingSetOf(event, outcomes, card, mark, price)
      const counts = { vectors: set.vectors.length, ...usageFigures(set.usage) }
      return forward(set, { failures, facts: { counts } })
    },
  }
}
