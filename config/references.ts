import { policyFileProblems } from '../processors/redact/policy-file.ts'
import { BUILT_IN_POLICIES, policyLocation } from '../processors/redact/load-policy.ts'
import { loadTokenizer } from '../processors/tokenise/load-tokenizer.ts'
import { readTokenizerFile } from '../processors/tokenise/tokenizer-file.ts'
import { namingFile, TokenizerFileError } from '../processors/tokenise/tokenizer-file-error.ts'
import { LLM_CARD_NAME } from '../gpu-runners/summarise/llm-card.ts'
import { modelNames } from '../gpu-runners/models/model-names.ts'
import {
  isCardPath,
  readModelCard,
  readModelCardAt,
} from '../gpu-runners/models/read-model-card.ts'
import type { ModelCard } from '../gpu-runners/models/model-card.ts'
import { meantHint } from '../topology/model/nearest.ts'
import type { Origin } from './layer.ts'
import type { Config } from './schema.ts'

/** Something wrong with what an option names: its place is that of the option, unless it has one of its own. */
export interface ReferenceProblem {
  readonly path: readonly string[]
  readonly message: string
  readonly origin?: Origin
}

/** Reads a file of text; throws where it cannot. */
export type ReadText = (path: string | URL) => string

/** The sections that name something outside of the configuration: a policy, models, a tokenizer. */
export type NamingSections = Pick<Config, 'redact' | 'models' | 'prices' | 'tokenise'>

/** What is wrong with what the configuration names. Sections that are wrong themselves are left out. */
export const referenceProblems = (
  { redact, models, prices, tokenise }: Partial<NamingSections>,
  readText: ReadText,
): readonly ReferenceProblem[] => [
  ...(redact ? policyProblems(redact, readText) : []),
  ...(models ? modelProblems(models) : []),
  ...(prices ? priceProblems(prices, models?.recognise) : []),
  ...(tokenise ? tokenizerProblems(tokenise) : []),
]

/** Everything that is wrong with a policy file, each with its line and column. */
export const policyProblems = (
  { policy, keys }: Config['redact'],
  readText: ReadText,
): readonly ReferenceProblem[] => {
  const path = ['redact', 'policy']
  let text: string
  try {
    text = readText(policyLocation(policy))
  } catch (error) {
    return [{ path, message: `${unreadablePolicy(policy, error)}` }]
  }
  const bytes = new Map(Object.entries(keys).map(([id, key]) => [id, Buffer.from(key, 'utf8')]))
  return policyFileProblems(text, bytes).map(({ line, column, message }) => ({
    path,
    message,
    origin: { kind: 'file', file: policy, line, column },
  }))
}

const unreadablePolicy = (policy: string, error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  if (/[./\\]/.test(policy)) return `the policy file ${policy} cannot be read (${code})`
  const builtIn = BUILT_IN_POLICIES.join(', ')
  return `no policy "${policy}"${meantHint(policy, BUILT_IN_POLICIES)}; built in: ${builtIn}; others by the path of a file`
}

const modelProblems = ({ embed, classify, summarise, recognise }: Config['models']) => [
  ...modelProblem('embed', embed),
  ...classify.flatMap((name) => modelProblem('classify', name)),
  ...modelProblem('summarise', summarise),
  ...(recognise === undefined ? [] : cardProblem(recognise)),
]

/** The package has no such model: its card is a file. */
const cardProblem = (card: string): readonly ReferenceProblem[] => {
  const path = ['models', 'recognise']
  if (!isCardPath(card)) {
    const message = `expected the path of a card, which ends in .yaml; the package has no model that finds names`
    return [{ path, message }]
  }
  try {
    readModelCardAt(card, 'recognise')
    return []
  } catch (error) {
    return [{ path, message: whyUnreadable(card, error) }]
  }
}

const whyUnreadable = (card: string, error: unknown): string => {
  if (error instanceof Error && 'code' in error)
    return `${card} cannot be read (${String(error.code)})`
  return error instanceof Error ? `${card}: ${error.message.replaceAll('\n', '; ')}` : 'unreadable'
}

const modelProblem = (task: ModelCard['task'], name: string): readonly ReferenceProblem[] => {
  const path = ['models', task]
  const names = modelNames()
  if (!names.includes(name)) {
    const message = `there is no model "${name}"${meantHint(name, names)}; there are ${names.join(', ')}`
    return [{ path, message }]
  }
  try {
    readModelCard(name, task)
    return []
  } catch (error) {
    const message = error instanceof Error ? error.message.replaceAll('\n', '; ') : 'unreadable'
    return [{ path, message }]
  }
}

/** Versions are not looked into: that of a language model is its name. */
const priceProblems = (
  { models }: Config['prices'],
  recognise: string | undefined,
): readonly ReferenceProblem[] => {
  const names = [...modelNames(), LLM_CARD_NAME, ...namesOfCard(recognise)].sort()
  return models.flatMap(({ model }, index) => {
    const name = model.split('@', 1)[0] ?? ''
    if (names.includes(name)) return []
    const message = `there is no model "${name}"${meantHint(name, names)}; there are ${names.join(', ')}`
    return [{ path: ['prices', 'models', String(index), 'model'], message }]
  })
}

/** A card that cannot be read is told elsewhere. */
const namesOfCard = (card: string | undefined): readonly string[] => {
  try {
    return card === undefined ? [] : [readModelCardAt(card, 'recognise').name]
  } catch {
    return []
  }
}

const tokenizerProblems = (tokenise: Config['tokenise']): readonly ReferenceProblem[] => {
  const { tokenizerFile, tokenizerSha256 } = tokenise
  if (tokenizerFile === undefined) return []
  const pinned = tokenizerSha256 === undefined ? {} : { tokenizerSha256 }
  try {
    const text = loadTokenizer({ tokenizerFile, ...pinned })
    namingFile(tokenizerFile, () => readTokenizerFile(text))
    return []
  } catch (error) {
    if (!(error instanceof TokenizerFileError)) throw error
    return [{ path: ['tokenise', 'tokenizerFile'], message: error.problems.join('; ') }]
  }
}
