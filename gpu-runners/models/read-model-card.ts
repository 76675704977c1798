import { readFileSync } from 'node:fs'
import { parseModelCard } from './model-card.ts'
import type { ModelCard } from './model-card.ts'
import { modelsFolder } from './model-names.ts'

/**
 * The card of one of the package's models, `gpu-runners/models/<name>/card.yaml`, which must be for the given task.
 * Throws when there is none or when it is not right.
 */
export function readModelCard<T extends ModelCard['task']>(
  name: string,
  task: T,
): Extract<ModelCard, { task: T }> {
  const card = readAnyCard(name)
  if (!isFor(card, task)) throw new Error(`${name} is a model to ${card.task}, not to ${task}`)
  return card
}

/** The same, for whatever task it is. */
export function readAnyCard(name: string): ModelCard {
  const card = parseModelCard(readFileSync(new URL(`${name}/card.yaml`, modelsFolder), 'utf8'))
  if (card.name !== name) throw new Error(`the card of ${name} is for ${card.name}`)
  return card
}

/** The same by the path of a card, which has a slash or ends in `.yaml`: of a model that is not one of the package. */
export function readModelCardAt<T extends ModelCard['task']>(
  nameOrPath: string,
  task: T,
): Extract<ModelCard, { task: T }> {
  if (!isCardPath(nameOrPath)) return readModelCard(nameOrPath, task)
  const card = parseModelCard(readFileSync(nameOrPath, 'utf8'))
  if (!isFor(card, task)) throw new Error(`${card.name} is a model to ${card.task}, not to ${task}`)
  return card
}

export const isCardPath = (nameOrPath: string): boolean => /[/\\]|\.ya?ml$/.test(nameOrPath)

function isFor<T extends ModelCard['task']>(
  card: ModelCard,
  task: T,
): card is Extract<ModelCard, { task: T }> {
  return card.task === task
}
