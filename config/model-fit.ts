import { createHash } from 'node:crypto'
import { readModelCard } from '../gpu-runners/models/read-model-card.ts'
import type { ModelCard } from '../gpu-runners/models/model-card.ts'
import { loadTokenizer } from '../processors/tokenise/load-tokenizer.ts'
import { nameModelProblems } from './name-model-fit.ts'
import type { ReferenceProblem } from './references.ts'
import type { Config } from './schema.ts'

/**
 * Whether a model that reads token ids gets those it was made for: chunks no longer than it reads, its own special tokens, its own
 * tokenizer. Cards and files that cannot be read are told elsewhere.
 */
export const modelFitProblems = (config: Config): readonly ReferenceProblem[] => [
  ...embedProblems(config),
  ...nameModelProblems(config),
]

const embedProblems = (config: Config): readonly ReferenceProblem[] => {
  const card = cardOf(config.models.embed)
  if (card?.input !== 'ids') return []
  return [
    ...serverProblems(config, card),
    ...chunkProblems(config, card),
    ...idProblems(config, card),
  ]
}

const cardOf = (name: string): ModelCard | undefined => {
  try {
    return readModelCard(name, 'embed')
  } catch {
    return undefined
  }
}

const serverProblems = ({ drivers }: Config, { name }: ModelCard): ReferenceProblem[] => {
  if (drivers.models !== 'embedded') return []
  const message = `the models of this process read text, and ${name} reads token ids; put it on a Triton and set drivers.models: triton`
  return [{ path: ['models', 'embed'], message }]
}

const chunkProblems = ({ chunk }: Config, card: ModelCard): ReferenceProblem[] => {
  const { name, maxTokens, specialTokens } = card
  const special = (specialTokens?.before.length ?? 0) + (specialTokens?.after.length ?? 0)
  const problems: ReferenceProblem[] = []
  if (chunk.maxTokens > maxTokens) {
    const message = `is ${chunk.maxTokens}, and ${name} reads ${maxTokens} tokens: the rest of a chunk would not be embedded`
    problems.push({ path: ['chunk', 'maxTokens'], message })
  }
  if (chunk.specialTokens < special) {
    const message = `is ${chunk.specialTokens}, and ${name} puts ${special} special tokens around a text`
    problems.push({ path: ['chunk', 'specialTokens'], message })
  }
  return problems
}

const idProblems = ({ tokenise }: Config, card: ModelCard): ReferenceProblem[] => {
  const found = tokenizerOf(tokenise)
  if (card.tokenizerSha256 === undefined || found === undefined || found === card.tokenizerSha256)
    return []
  const message = `has the SHA-256 ${found}, and ${card.name} reads ids of ${card.tokenizerSha256}`
  return [{ path: ['tokenise', 'tokenizerFile'], message }]
}

const tokenizerOf = ({ tokenizerFile }: Config['tokenise']): string | undefined => {
  try {
    const options = tokenizerFile === undefined ? {} : { tokenizerFile }
    return createHash('sha256').update(loadTokenizer(options)).digest('hex')
  } catch {
    return undefined
  }
}
