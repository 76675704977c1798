import { join } from 'node:path'
import { readModelCardAt } from '../../../gpu-runners/models/read-model-card.ts'
import type { RecogniseCard } from '../../../gpu-runners/models/model-card.ts'
import { createModelNer } from '../../../gpu-runners/recognise/model-ner.ts'
import type { ModelNerOptions } from '../../../gpu-runners/recognise/options.ts'
import { loadTokenizer } from '../../../processors/tokenise/load-tokenizer.ts'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import type {
  InferenceRequest,
  InferenceResponse,
  ModelServer,
  TokenScores,
} from '../../../topology/ports/model-server.ts'
import type { Ner } from '../../../topology/ports/ner.ts'
import { repository } from '../../scripts/repository.ts'
import { createLexicon } from './lexicon.ts'

const path = join(repository, 'deploy/triton/test-models/recognise-lexicon/card.yaml')
const json = loadTokenizer()
const tokeniser = createTokeniser(json)
const lexicon = createLexicon()

export const lexiconCard = (changes: Partial<RecogniseCard> = {}): RecogniseCard => ({
  ...readModelCardAt(path, 'recognise'),
  ...changes,
})

/** A finder of names on a model server, with the card of the lexicon and the tokenizer of the package. */
export const aModelNer = (
  models: ModelServer,
  { card = lexiconCard(), ...options }: Partial<ModelNerOptions> = {},
): Ner =>
  createModelNer({ card, tokeniser: () => tokeniser, ...options }, { models, clock: systemClock })

/** What the lexicon answers, padded as a server does. */
export const lexiconScores = ({ inputs, version }: InferenceRequest) => {
  const tokens = Math.max(...inputs.map(({ ids }) => ids?.length ?? 0))
  const width = tokens * lexicon.labels.length
  const values = new Float32Array(inputs.length * width)
  inputs.forEach(({ ids = [] }, row) => values.set(lexicon.logits(ids), row * width))
  return {
    kind: 'token-scores',
    modelVersion: version,
    tokens,
    labels: lexicon.labels,
    values,
  } satisfies InferenceResponse
}

export const changedScores =
  (change: (scores: TokenScores, request: InferenceRequest) => Partial<TokenScores>) =>
  (request: InferenceRequest): InferenceResponse => {
    const scores = lexiconScores(request)
    return { ...scores, ...change(scores, request) }
  }
