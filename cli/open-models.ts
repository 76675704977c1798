import type { Config } from '../config/schema.ts'
import { createEmbeddedModelServer } from '../drivers/embedded/model-server/embedded-model-server.ts'
import { systemClock as clock } from '../drivers/system/system-clock.ts'
import { systemRandom as random } from '../drivers/system/system-random.ts'
import { withModelApart } from './model-apart.ts'
import { checkModels } from '../gpu-runners/models/check-models.ts'
import type { ModelCard } from '../gpu-runners/models/model-card.ts'
import { LLM_CARD_NAME } from '../gpu-runners/summarise/llm-card.ts'
import { Fault } from '../topology/model/failure.ts'
import type { ModelServer } from '../topology/ports/model-server.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { modelCardsOf } from './pipeline-options.ts'
import { llmOptionsOf, tritonConnectionOf } from './service-options.ts'

/** The cards of all models that the configuration names. */
export const usedCardsOf = (config: Config): readonly ModelCard[] => {
  const { embed, classify, summarise, fallback, recognise } = modelCardsOf(config)
  const optional = [fallback, recognise].filter((card) => card !== undefined)
  return [embed, ...classify, summarise, ...optional]
}

/** Where the models are that no language model stands in for. A model that finds names is on Triton, whatever the others are. */
const openOwnModels = async (config: Config, models: readonly string[]): Promise<ModelServer> => {
  if (config.drivers.models === 'triton') return openTriton(config, models)
  const others = createEmbeddedModelServer()
  const { recognise } = modelCardsOf(config)
  if (!recognise) return others
  const apart = await openTriton(config, [recognise.name])
  return withModelApart(recognise.name, { apart, others })
}

const openTriton = async (config: Config, models: readonly string[]): Promise<ModelServer> => {
  const { createTritonModelServer } = await import('../drivers/triton/triton-model-server.ts')
  const cards = usedCardsOf(config)
  return createTritonModelServer(
    {
      ...tritonConnectionOf(config),
      models: models.filter((name) => name !== LLM_CARD_NAME),
      differences: (info) =>
        checkModels(
          cards.filter(({ name, version }) => name === info.name && version === info.version),
          [info],
        ),
    },
    { clock, random },
  )
}

/** The model server of the profile. `models` are those that will be looked at; all that it lists, when empty. */
export const openModels = async (
  config: Config,
  models: readonly string[] = usedCardsOf(config).map(({ name }) => name),
): Promise<ModelServer> => {
  const others = await openOwnModels(config, models)
  if (config.drivers.summaries !== 'llm') return others
  const { createLlmModelServer } = await import('../drivers/llm/llm-model-server.ts')
  const llm = { ...llmOptionsOf(config), name: LLM_CARD_NAME }
  const summaries = createLlmModelServer(llm, { clock })
  return withModelApart(LLM_CARD_NAME, { apart: summaries, others })
}

/** The same, once its models are what the cards say. Throws {@link CommandError} when they are not, or it is away. */
export const openCheckedModels = async (config: Config): Promise<ModelServer> => {
  const server = await openModels(config)
  // The embedded ones come with the cards, and start with their first request.
  const { drivers, models } = config
  const all = drivers.models === 'embedded' && drivers.summaries !== 'llm'
  if (all && models.recognise === undefined) return server
  const problem = await problemOf(server, config)
  if (problem === undefined) return server
  await server.close()
  throw problem
}

const problemOf = async (
  server: ModelServer,
  config: Config,
): Promise<CommandError | undefined> => {
  try {
    const differences = checkModels(usedCardsOf(config), await server.models())
    if (differences.length === 0) return undefined
    return new CommandError(exitCodes.unavailable, `models: ${differences.join('; ')}`)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return new CommandError(exitCodes.unavailable, `models: ${error.message}`, error)
  }
}
