import { packDocument } from '../../../../processors/store/pack.ts'
import { createParser } from '../../../../processors/parse/parse.ts'
import type { Parse, ParseInput } from '../../../../processors/parse/parse.ts'
import type { CanonicalDocument } from '../../../../topology/model/document.ts'
import { aChunkedDraft } from '../../../builders/a-draft.ts'
import { generator, mutate } from './mutate.ts'
import { validFiles } from './valid-files.ts'
import type { ValidFile } from './valid-files.ts'

/** What a mutant was and what is wrong with how it was read. */
export interface Finding {
  readonly run: number
  readonly file: string
  readonly problem: string
  readonly input: ParseInput
}

/** The mutant of a run: always the same. Its file is named by the run, its bytes follow from it. */
export const mutantOf = (run: number): ParseInput & { readonly file: ValidFile } => {
  const below = generator(run)
  const file = validFiles[run % validFiles.length]!
  const { parts, build, declaredType } = file
  const chosen = below(parts.length)
  const content =
    below(4) === 0
      ? mutate(build(parts), below)
      : build(parts.map((part, at) => (at === chosen ? mutate(part, below) : part)))
  return { file, content, ...(declaredType !== undefined && { declaredType }) }
}

/**
 * Makes the mutants of these runs and reads each as the stage does. A finding is what throws, what takes longer than the budget
 * (milliseconds), and a document that the stages behind could not take.
 */
export const createFuzzer = async (budgetMs: number, reader?: Parse) => {
  const parse = reader ?? (await createParser())
  return async (run: number): Promise<Finding | undefined> => {
    const { file, ...input } = mutantOf(run)
    const found = (problem: string): Finding => ({ run, file: file.name, problem, input })
    const start = performance.now()
    try {
      const outcome = await parse(input)
      const took = performance.now() - start
      if (took > budgetMs) return found(`took ${took.toFixed(0)} ms`)
      if (outcome.kind === 'unreadable') return undefined
      const problem = problemOf(outcome.document)
      return problem === undefined ? undefined : found(problem)
    } catch (error) {
      return found(error instanceof Error ? (error.stack ?? error.message) : String(error))
    }
  }
}

const identity = { codeVersion: '0.0.0', configHash: '0' }

/** What of a document would hurt a later stage. @throws when it cannot be encoded */
const problemOf = (document: CanonicalDocument): string | undefined => {
  const { text, spans } = document
  for (const { kind, start, end } of spans) {
    const whole = Number.isInteger(start) && Number.isInteger(end)
    if (!whole || start < 0 || end < start || end > text.length)
      return `span ${kind} ${start}-${end} in a text of ${text.length}`
  }
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text))
    return 'half a character'
  packDocument(aChunkedDraft({ document, findings: [], chunks: [] }), identity, {
    chunksPerSet: 64,
  })
  return undefined
}
