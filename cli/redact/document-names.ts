import type { Config } from '../../config/schema.ts'
import { recognise } from '../../processors/recognise/recognise.ts'
import type { CanonicalDocument, Finding } from '../../topology/model/document.ts'
import { Fault } from '../../topology/model/failure.ts'
import type { NerAnswer } from '../../topology/model/draft.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import { openModels } from '../open-models.ts'
import { openNer } from '../open-ner.ts'
import { modelCardsOf } from '../pipeline-options.ts'
import { failed, made, type TryResult } from '../try/try-result.ts'

type AskedDocument = Pick<CanonicalDocument, 'text' | 'subject'>

/** Who is asked for the names in a document before it is redacted. */
export interface DocumentNames {
  /** Undefined where nobody is asked. Rejects with the faults of the model server. */
  readonly ask: (document: AskedDocument) => Promise<TryResult<NerAnswer | undefined>>
  readonly close: () => Promise<void>
}

const nobody: DocumentNames = {
  ask: () => Promise.resolve(made(undefined)),
  close: () => Promise.resolve(),
}

/** The model of the configuration, as the stage `recognise` asks it. */
export const openDocumentNames = async (config: Config): Promise<DocumentNames> => {
  const { recognise: card } = modelCardsOf(config)
  if (!card) return nobody
  const models = await openModels(config, [card.name])
  const ner = openNer(config, models)
  if (!ner) return nobody
  return {
    ask: async (document) => {
      const found = await recognise(document, ner, new AbortController().signal, 'interactive')
      return found.kind === 'recognised' ? made(found.answer) : failed('ner-unusable', found.detail)
    },
    close: () => models.close(),
  }
}

/** What it says of one document. Throws {@link CommandError} when that cannot be used, or its server is away. */
export const namesInDocument = async (
  config: Config,
  document: AskedDocument,
): Promise<NerAnswer | undefined> => (await namesInAll(config, [document]))[0]

/** What it says of the text of each; empty where nobody is asked. Throws as {@link namesInDocument} does. */
export const namesInTexts = async (
  config: Config,
  texts: readonly Pick<AskedDocument, 'text'>[],
): Promise<readonly (readonly Finding[])[]> =>
  (await namesInAll(config, texts)).map((answer) => answer?.text ?? [])

const namesInAll = async (
  config: Config,
  documents: readonly AskedDocument[],
): Promise<readonly (NerAnswer | undefined)[]> => {
  const names = await openDocumentNames(config)
  try {
    const asked = await Promise.all(documents.map((each) => names.ask(each)))
    return asked.map((each) => {
      if (each.kind === 'made') return each.value
      const { code, message } = each.failure
      throw new CommandError(exitCodes.incomplete, `${code}: ${message}`)
    })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw new CommandError(exitCodes.unavailable, `models: ${error.message}`, error)
  } finally {
    await names.close()
  }
}
