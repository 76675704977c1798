import type { Config } from '../config/schema.ts'
import { systemClock as clock } from '../drivers/system/system-clock.ts'
import { createModelNer } from '../gpu-runners/recognise/model-ner.ts'
import { loadTokenizer } from '../processors/tokenise/load-tokenizer.ts'
import { createTokeniser } from '../processors/tokenise/tokeniser.ts'
import type { ModelServer } from '../topology/ports/model-server.ts'
import type { Ner } from '../topology/ports/ner.ts'
import { given } from './given.ts'
import { nameTokenizerOf } from './name-model.ts'
import { modelCardsOf } from './pipeline-options.ts'

/** The model that finds names, on the server that has it; undefined where the configuration names none. */
export const openNer = (config: Config, models: ModelServer): Ner | undefined => {
  const { recognise: card } = modelCardsOf(config)
  if (!card) return undefined
  const json = loadTokenizer(nameTokenizerOf(config, card))
  const options = {
    card,
    tokeniser: () => createTokeniser(json),
    pool: given(config.batching),
    prices: config.prices.models,
  }
  return createModelNer(options, { models, clock })
}
