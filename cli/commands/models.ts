import { checkModels } from '../../gpu-runners/models/check-models.ts'
import type { ModelCard } from '../../gpu-runners/models/model-card.ts'
import { modelNames } from '../../gpu-runners/models/model-names.ts'
import { readAnyCard } from '../../gpu-runners/models/read-model-card.ts'
import { Fault } from '../../topology/model/failure.ts'
import type { ModelInfo, ModelServer } from '../../topology/ports/model-server.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import { openModels, usedCardsOf } from '../open-models.ts'
import { counted } from '../output.ts'
import type { CommandContext } from './context.ts'

/** What the server has loaded, and how each fits the card of its name. */
export const listModels = async ({ config, output }: CommandContext): Promise<number> => {
  const loaded = await asking(() => openModels(config, []))
  const used = usedCardsOf(config)
  const rows = loaded.map((info) => ({ ...info, card: fitOf(info, used) }))
  output.value(rows)
  for (const { card, ...info } of rows) output.line(`${describe(info)}; ${card}`)
  if (rows.length === 0) output.line('the server lists no models that can be asked')
  return exitCodes.ok
}

/** Whether the server has the models that the configuration uses, as their cards describe them. */
export const checkUsedModels = async ({ config, output }: CommandContext): Promise<number> => {
  const cards = usedCardsOf(config)
  const differences = checkModels(cards, await asking(() => openModels(config)))
  output.value({ ok: differences.length === 0, differences })
  for (const each of differences) output.line(`WRONG  ${each}`)
  const names = cards.map(({ name, version }) => `${name}@${version}`).join(', ')
  if (differences.length === 0)
    output.line(`${counted(cards.length, 'model')} as on the cards: ${names}`)
  return differences.length === 0 ? exitCodes.ok : exitCodes.failed
}

const asking = async (open: () => Promise<ModelServer>): Promise<readonly ModelInfo[]> => {
  const server = await open()
  try {
    return await server.models()
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw new CommandError(exitCodes.unavailable, `models: ${error.message}`, error)
  } finally {
    await server.close()
  }
}

const cardOf = (name: string, used: readonly ModelCard[]): ModelCard | undefined =>
  used.find((card) => card.name === name) ??
  (modelNames().includes(name) ? readAnyCard(name) : undefined)

const fitOf = (info: ModelInfo, used: readonly ModelCard[]): string => {
  const card = cardOf(info.name, used)
  if (!card) return 'no card'
  const differences = checkModels([card], [info])
  return differences.length === 0 ? 'as on its card' : differences.join('; ')
}

const describe = (info: Omit<ModelInfo, 'card'>): string => {
  const { name, version, task, input, dimensions, labels, maxBatchItems } = info
  const facts = [
    input && `reads ${input}`,
    dimensions !== undefined && `${dimensions} dimensions`,
    labels && `labels ${labels.join(', ')}`,
    maxBatchItems !== undefined && `batches of up to ${maxBatchItems}`,
  ]
  return [`${name}@${version}  ${task}`, ...facts.filter((each) => each)].join(', ')
}
