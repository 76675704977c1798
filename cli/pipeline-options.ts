import type { Config } from '../config/schema.ts'
import type { ModelCard, RecogniseCard } from '../gpu-runners/models/model-card.ts'
import { llmCard } from '../gpu-runners/summarise/llm-card.ts'
import { readModelCardAt } from '../gpu-runners/models/read-model-card.ts'
import { loadTokenizer } from '../processors/tokenise/load-tokenizer.ts'
import { loadPolicyFile } from '../processors/redact/load-policy.ts'
import { defaultExpandOptions } from '../processors/expand/options.ts'
import { defaultFetchOptions } from '../processors/fetch/options.ts'
import { defaultParseOptions } from '../processors/parse/options.ts'
import { packDefaults, storeDefaults } from '../processors/store/options.ts'
import { summaryDefaults } from '../sinks/summaries/options.ts'
import { vectorDefaults } from '../sinks/vectors/options.ts'
import type { TokeniseOptions } from '../processors/tokenise/options.ts'
import type { PipelineOptions } from '../topology/pipeline.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { given } from './given.ts'
import { identityOf } from './identity.ts'
import { recogniseOptionsOf, sha256Of } from './name-model.ts'

/** What the pipeline is, under this configuration. */
export const pipelineOptionsOf = (config: Config): PipelineOptions => {
  const pool = given(config.batching)
  const cards = modelCardsOf(config)
  const prices = pricesFor(config.prices.models, cards)
  const options = {
    partitions: config.partitions,
    expand: { ...defaultExpandOptions, ...config.expand },
    fetch: { ...defaultFetchOptions, ...config.fetch },
    parse: { ...defaultParseOptions, ...config.parse },
    redact: {
      policy: loadPolicyFile(config.redact.policy),
      keys: new Map(
        Object.entries(config.redact.keys).map(([id, key]) => [id, Buffer.from(key, 'utf8')]),
      ),
      ...(cards.recognise && { ner: recogniseOptionsOf(config, cards.recognise) }),
    },
    tokenise: pinned(given(config.tokenise)),
    chunk: config.chunk,
    embed: { card: cards.embed, pool, prices },
    classify: { cards: cards.classify, pool, prices },
    summarise: { ...summariseOptionsOf(config), prices },
    pack: { ...packDefaults, ...config.pack },
    store: { ...storeDefaults, ...config.store },
    parquet: config.parquet,
    vectors: { ...vectorDefaults, ...config.vectors },
    summaries: { ...summaryDefaults, ...config.summaries },
  }
  return { identity: identityOf(options), ...options }
}

/** The cards of the models that the configuration names. */
export const modelCardsOf = ({
  models,
  drivers,
  llm,
  recognise,
}: Pick<Config, 'models' | 'drivers' | 'llm' | 'recognise'>) => ({
  embed: cardOf(models.embed, 'embed'),
  classify: models.classify.map((name) => cardOf(name, 'classify')),
  summarise:
    drivers.summaries === 'llm'
      ? llmCard(llm.model ?? '', llm.maxTokens)
      : cardOf(models.summarise, 'summarise'),
  /** What takes over where the language model has no usable answer. */
  fallback:
    drivers.summaries === 'llm' && llm.fallback === 'extractive'
      ? cardOf(models.summarise, 'summarise')
      : undefined,
  /** What finds names, where something does. */
  recognise: models.recognise === undefined ? undefined : nameModelOf(models.recognise, recognise),
})

/** The card with what the configuration says otherwise. */
const nameModelOf = (name: string, { threshold, overlap }: Config['recognise']): RecogniseCard => ({
  ...cardOf(name, 'recognise'),
  ...given({ threshold, overlap }),
})

/** A price of a model that is not used is taken for a slip of the pen. */
const pricesFor = (
  prices: Config['prices']['models'],
  { embed, classify, summarise, fallback, recognise }: ReturnType<typeof modelCardsOf>,
): Config['prices']['models'] => {
  const optional = [fallback, recognise].filter((card) => card !== undefined)
  const used = [embed, ...classify, summarise, ...optional]
  const names = new Set(used.flatMap(({ name, version }) => [name, `${name}@${version}`]))
  const strange = prices.filter(({ model }) => !names.has(model))
  if (strange.length === 0) return prices
  throw new CommandError(
    exitCodes.config,
    `prices.models: ${strange.map(({ model }) => model).join(', ')}: not among the models that are used: ${used.map(({ name, version }) => `${name}@${version}`).join(', ')}`,
  )
}

/** A large language model answers in seconds, so only so many documents are taken as it is asked about at once, and in wait. */
const summariseOptionsOf = (config: Config): PipelineOptions['summarise'] => {
  const { batching, drivers, llm } = config
  const { summarise: card, fallback } = modelCardsOf(config)
  if (drivers.summaries !== 'llm') return { card, pool: given(batching) }
  const { inputTokens, maxRequests, concurrency, timeoutMs } = llm
  const { rememberBytes, rememberMs, rememberWaitMs } = batching
  return {
    card,
    pool: {
      ...given({ rememberBytes, rememberMs, rememberWaitMs }),
      maxInFlight: concurrency,
      lingerMs: 0,
    },
    concurrency: concurrency * 2,
    timeoutMs: timeoutMs * (8 + 2 * Math.ceil(maxRequests / concurrency)),
    chat: { inputTokens, maxRequests, ...(fallback && { fallback }) },
  }
}

/** Every thread is to use the same tokenizer, and outputs say which: the file is read here and held to what it was. */
const pinned = (options: TokeniseOptions): TokeniseOptions => ({
  ...options,
  tokenizerSha256: sha256Of(loadTokenizer(options)),
})

const cardOf = <T extends ModelCard['task']>(
  name: string,
  task: T,
): Extract<ModelCard, { task: T }> => {
  try {
    return readModelCardAt(name, task)
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    const reason = missing ? 'there is no such model' : messageOf(error)
    throw new CommandError(exitCodes.config, `models.${task}: "${name}": ${reason}`, error)
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message.replaceAll('\n', '; ') : 'it cannot be read'
