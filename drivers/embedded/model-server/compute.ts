import type {
  InferenceRequest,
  InferenceResponse,
  ModelInfo,
  ModelInput,
} from '../../../topology/ports/model-server.ts'
import { createHashEmbedder, EMBED_DIMENSIONS } from '../models/embed-hash.ts'
import { createCoverage } from '../models/coverage.ts'
import { createLinearClassifier } from '../models/linear-classifier.ts'
import { loadLinearModel } from '../models/model-weights.ts'

/** What became of a request. Values instead of errors, because they travel between threads. */
export type Computed =
  | { readonly kind: 'answer'; readonly response: InferenceResponse }
  /** The model or its version is not one of these. */
  | { readonly kind: 'not-loaded'; readonly message: string }
  /** The inputs are not what the model reads. */
  | { readonly kind: 'invalid'; readonly message: string }

/** The models that need no weights from elsewhere, as one function. It holds scratch buffers: one per thread. */
export interface ModelComputer {
  readonly models: readonly ModelInfo[]
  readonly compute: (request: InferenceRequest) => Computed
}

type Answer = (texts: readonly string[], request: InferenceRequest) => InferenceResponse

interface LoadedModel {
  readonly info: ModelInfo
  readonly answer: Answer
}

/** All models of the package have this version; a change of their results makes it `2`. */
const VERSION = '1'
const CLASSIFIERS = [
  'classify-compliance',
  'classify-sentiment',
  'classify-spam',
  'classify-toxicity',
]
/** Length of a summary where the request says none. */
const DEFAULT_SUMMARY_TOKENS = 120

/** Loads the models; some 50 ms. */
export function createModelComputer(): ModelComputer {
  const loaded = [loadEmbedding(), ...CLASSIFIERS.map(loadClassifier), loadSummariser()]
  return {
    models: loaded.map(({ info }) => info),
    compute: (request) => {
      const model = loaded.find(({ info }) => info.name === request.model)
      if (model === undefined || model.info.version !== request.version) {
        const message = `${request.model}@${request.version} is not one of the embedded models`
        return { kind: 'not-loaded', message }
      }
      const texts = readTexts(request.inputs)
      if (texts === undefined)
        return { kind: 'invalid', message: 'the embedded models read text, and an input has none' }
      return { kind: 'answer', response: model.answer(texts, request) }
    },
  }
}

function readTexts(inputs: readonly ModelInput[]): readonly string[] | undefined {
  const texts = inputs.flatMap(({ text }) => text ?? [])
  return texts.length === inputs.length ? texts : undefined
}

function loadEmbedding(): LoadedModel {
  const embed = createHashEmbedder()
  const dimensions = EMBED_DIMENSIONS
  return {
    info: { name: 'embed-hash', version: VERSION, task: 'embed', dimensions },
    answer: (texts) => ({
      kind: 'vectors',
      modelVersion: VERSION,
      dimensions,
      values: embed(texts),
    }),
  }
}

function loadClassifier(name: string): LoadedModel {
  const model = loadLinearModel(name)
  const classify = createLinearClassifier(model)
  const { labels } = model
  return {
    info: { name, version: VERSION, task: 'classify', labels },
    answer: (texts) => ({ kind: 'scores', modelVersion: VERSION, labels, values: classify(texts) }),
  }
}

function loadSummariser(): LoadedModel {
  const summarise = createCoverage()
  return {
    info: { name: 'summarise-coverage', version: VERSION, task: 'summarise' },
    answer: (texts, { maxTokens = DEFAULT_SUMMARY_TOKENS }) => ({
      kind: 'texts',
      modelVersion: VERSION,
      texts: texts.map((source) => {
        const { text, wordsRead, tokens, truncated } = summarise(source, { maxTokens })
        return { text, tokensIn: wordsRead, tokensOut: tokens, truncated }
      }),
    }),
  }
}
