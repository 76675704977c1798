import { hash } from 'node:crypto'
import type { ChatInput } from '../../topology/ports/model-server.ts'
import { ANSWER_SCHEMA } from './answer.ts'

/** How long an answer may be. */
export interface AnswerBudget {
  /** Tokens that the model is cut off at. */
  readonly maxTokens: number
}

/** What a chat model is asked, as code. Its texts are frozen: a change of one is a new version with a golden of its own. */
export interface Prompt<T> {
  readonly name: string
  readonly version: number
  /** Hex SHA-256 of everything that is sent besides what is given. */
  readonly hash: string
  readonly render: (given: T, budget: AnswerBudget) => ChatInput
}

interface PromptParts<T> {
  readonly name: string
  readonly version: number
  readonly system: string
  readonly user: (given: T, budget: AnswerBudget) => string
  /** Something given, for the hash. */
  readonly sample: T
}

/** A prompt whose answer is that of {@link ANSWER_SCHEMA}: nothing that is given changes the schema. */
export const promptOf = <T>({ name, version, system, user, sample }: PromptParts<T>): Prompt<T> => {
  const fixed = [name, version, system, user(sample, { maxTokens: 100 }), ANSWER_SCHEMA]
  return {
    name,
    version,
    hash: hash('sha256', JSON.stringify(fixed)),
    render: (given, budget) => ({ system, user: user(given, budget), schema: ANSWER_SCHEMA }),
  }
}

/** `name@version` */
export const promptId = ({ name, version }: Pick<Prompt<never>, 'name' | 'version'>): string =>
  `${name}@${version}`

/** Words and points that fit the tokens of an answer: a word is up to two tokens, and the JSON around them takes some. */
export const lengthsWithin = ({ maxTokens }: AnswerBudget) => ({
  words: Math.max(Math.floor(maxTokens / 4), 10),
  points: Math.min(Math.max(Math.floor(maxTokens / 100), 1), 8),
})
