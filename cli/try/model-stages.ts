import { createHash } from 'node:crypto'
import type { Config } from '../../config/schema.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { POISON_CODES, type ItemOutcome } from '../../gpu-runners/batching/item.ts'
import {
  createModelPools,
  type ModelItem,
  type ModelUse,
} from '../../gpu-runners/batching/model-pool.ts'
import { chunkItem } from '../../gpu-runners/chunk-set/ask-chunks.ts'
import { chunkScores } from '../../gpu-runners/classify/classification-set.ts'
import { readScores } from '../../gpu-runners/classify/read-scores.ts'
import { readVectors } from '../../gpu-runners/embed/read-vectors.ts'
import type { ModelCard } from '../../gpu-runners/models/model-card.ts'
import { tokeniserOnce } from '../../processors/tokenise/index.ts'
import { littleEndian } from '../../schemas/little-endian.ts'
import type { ModelServer } from '../../topology/ports/model-server.ts'
import { pipelineOptionsOf } from '../pipeline-options.ts'
import { createTextReader } from './read-document.ts'
import { failed, made, type TryResult } from './try-result.ts'
import type { TryStage } from './try-stage.ts'

/** Items at work at once, so that batches fill. */
const width = 64

type Ask<R> = (text: string) => Promise<TryResult<R>>

/** Asks a model about one text as one item. It is batched with the others that are at work. */
const asking = <R>(config: Config, models: ModelServer, use: ModelUse<R>): Ask<R> => {
  const ask = createModelPools(use)({ models, clock: systemClock })
  const toItem = itemMaker(config, use.card)
  return async (text) => {
    // Nobody aborts. One for each item, as a signal remembers who listens to it.
    const [outcome] = await ask([toItem(text)], new AbortController().signal)
    return resultOf(outcome)
  }
}

const itemMaker = (config: Config, card: ModelCard): ((text: string) => ModelItem) => {
  const load = tokeniserOnce(pipelineOptionsOf(config).tokenise)
  return (text) => {
    const { ids } = load().tokenise(text)
    const id = createHash('sha256').update(text).digest('base64')
    return chunkItem({ id, text, tokens: ids.length, ids: littleEndian(ids) }, card)
  }
}

const resultOf = <R>(outcome: ItemOutcome<R> | undefined): TryResult<R> => {
  if (outcome?.kind === 'ok') return made(outcome.result)
  return outcome
    ? failed(POISON_CODES[outcome.reason], outcome.message)
    : failed(POISON_CODES['bad-result'], 'no answer')
}

/** One vector for the whole text. */
export const createTryEmbed = (config: Config, models: ModelServer): TryStage => {
  const read = createTextReader(config)
  const { card, pool } = pipelineOptionsOf(config).embed
  const embed = asking(config, models, { card, read: readVectors(card), pool })
  return {
    width,
    run: async (source) => {
      const document = await read(source)
      if (document.kind === 'failed') return document
      const vector = await embed(document.value.text)
      if (vector.kind === 'failed') return vector
      return made({ vector: [...vector.value], model: `${card.name}@${card.version}` })
    },
  }
}

/** Scores of the whole text by every model, and which labels reach the threshold of their card. */
export const createTryClassify = (config: Config, models: ModelServer): TryStage => {
  const read = createTextReader(config)
  const { cards, pool } = pipelineOptionsOf(config).classify
  const uses = cards.map((card) => ({
    card,
    ask: asking(config, models, { card, read: readScores(card), pool }),
  }))
  return {
    width,
    run: async (source) => {
      const document = await read(source)
      if (document.kind === 'failed') return document
      const { text } = document.value
      const answers = await Promise.all(uses.map(({ ask }) => ask(text)))
      const scores: Record<string, Record<string, number>> = {}
      const accepted: Record<string, string[]> = {}
      for (const [at, answer] of answers.entries()) {
        if (answer.kind === 'failed') return answer
        const { card } = uses[at]!
        const labels = chunkScores(card, { id: '', ordinal: 0 }, answer.value).scores
        scores[card.name] = Object.fromEntries(labels.map(({ label, score }) => [label, score]))
        accepted[card.name] = labels.flatMap((each) => (each.accepted ? [each.label] : []))
      }
      return made({ scores, accepted })
    },
  }
}
