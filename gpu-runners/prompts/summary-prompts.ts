import { hash } from 'node:crypto'
import { answerAgain } from './answer-again.ts'
import { mergeSummaries } from './merge-summaries.ts'
import { promptId } from './prompt.ts'
import { summariseChunks } from './summarise-chunks.ts'

/** Everything that a summary may be asked for with. */
export const SUMMARY_PROMPTS = [summariseChunks, mergeSummaries] as const

/** Hex SHA-256 of all of them: what `producedBy.promptHash` of a summary is. */
export const summaryPromptsHash: string = hash(
  'sha256',
  JSON.stringify([
    ...SUMMARY_PROMPTS.map((prompt) => [promptId(prompt), prompt.hash]),
    [answerAgain.id, answerAgain.hash],
  ]),
)
