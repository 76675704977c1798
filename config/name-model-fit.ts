import { readModelCardAt } from '../gpu-runners/models/read-model-card.ts'
import type { RecogniseCard } from '../gpu-runners/models/model-card.ts'
import { openTokeniser } from '../processors/tokenise/open-tokeniser.ts'
import { TokenizerFileError } from '../processors/tokenise/tokenizer-file-error.ts'
import type { ReferenceProblem } from './references.ts'
import type { Config } from './schema.ts'

/** Whether the model that finds names gets the ids that it was made for, in windows that it reads. A card that cannot be read is told elsewhere. */
export const nameModelProblems = ({ models, recognise }: Config): readonly ReferenceProblem[] => {
  if (models.recognise === undefined) return []
  let card: RecogniseCard
  try {
    card = readModelCardAt(models.recognise, 'recognise')
  } catch {
    return []
  }
  return [...tokenizerProblems(card, recognise), ...overlapProblems(card, recognise)]
}

const tokenizerProblems = (
  { name, tokenizerSha256: wanted, specialTokens, maxTokens }: RecogniseCard,
  { tokenizerFile }: Config['recognise'],
): ReferenceProblem[] => {
  const path = ['recognise', 'tokenizerFile']
  try {
    const own = openTokeniser(tokenizerFile === undefined ? {} : { tokenizerFile })
    const { sha256, before, after } = { ...own, ...specialTokens }
    if (wanted !== undefined && sha256 !== wanted)
      return [{ path, message: `has the SHA-256 ${sha256}, and ${name} reads ids of ${wanted}` }]
    if (before.length + after.length + 1 < maxTokens / 2) return []
    const special = before.length + after.length
    return [
      {
        path,
        message: `puts ${special} special tokens around a text, of ${maxTokens} that ${name} reads`,
      },
    ]
  } catch (error) {
    if (!(error instanceof TokenizerFileError)) throw error
    return [{ path, message: error.problems.join('; ') }]
  }
}

const overlapProblems = (
  { name, maxTokens }: RecogniseCard,
  { overlap = 0 }: Config['recognise'],
): ReferenceProblem[] => {
  if (overlap * 2 < maxTokens) return []
  const message = `must be under half of the ${maxTokens} tokens that ${name} reads`
  return [{ path: ['recognise', 'overlap'], message }]
}
