import type { ModelInfo } from '../../topology/ports/model-server.ts'
import type { ModelCard } from './model-card.ts'

/**
 * Compares the cards with what a server has loaded. One sentence per difference, naming both sides; empty when the
 * server can be used.
 */
export function checkModels(cards: readonly ModelCard[], loaded: readonly ModelInfo[]): string[] {
  return cards.flatMap((card) => {
    const sameName = loaded.filter(({ name }) => name === card.name)
    const info = sameName.find(({ version }) => version === card.version)
    if (info) return differences(card, info)
    const versions = sameName.map(({ version }) => version).join(', ') || 'none'
    return [`${card.name}: the card wants version ${card.version}, the server has ${versions}`]
  })
}

function differences(card: ModelCard, info: ModelInfo): string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['task', card.task, info.task],
    ['dimensions', card.task === 'embed' ? card.dimensions : undefined, info.dimensions],
    ['labels', labelsOf(card), info.labels?.join(' ')],
    ['input', card.input, info.input ?? card.input],
    ['scores per token', scoresOf(card), card.task === 'recognise' ? (info.scoresPerToken ?? scoresOf(card)) : undefined],
  ]
  const differing = pairs
    .filter(([, wanted, found]) => wanted !== found)
    .map(([what, wanted, found]) => {
      return `${card.name}@${card.version}: ${what} is ${String(wanted)} on the card and ${String(found)} on the server`
    })
  return [...differing, ...tooSmall(card, info)]
}

function tooSmall(card: ModelCard, { maxBatchItems }: ModelInfo): readonly string[] {
  const wanted = card.batching.maxBatchItems
  if (maxBatchItems === undefined || wanted <= maxBatchItems) return []
  return [
    `${card.name}@${card.version}: batches of ${wanted} items on the card, and the server takes ${maxBatchItems}`,
  ]
}

function labelsOf(card: ModelCard): string | undefined {
  if (card.task === 'recognise') return card.labels.join(' ')
  return card.task === 'classify' ? card.labels.map(({ label }) => label).join(' ') : undefined
}

const scoresOf = (card: ModelCard): number | undefined =>
  card.task === 'recognise' ? card.labels.length : undefined
