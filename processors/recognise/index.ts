import type { Parsed } from '../../topology/model/draft.ts'
import { Fault } from '../../topology/model/failure.ts'
import { deadLetter, forward } from '../../topology/model/outcome.ts'
import type { AskingStage } from '../../topology/model/stage.ts'
import { recogniseDefaults, type RecogniseOptions } from './options.ts'
import { recognise } from './recognise.ts'

export type { RecogniseOptions } from './options.ts'

/**
 * Asks the port `ner` for names, which `redact` merges with its own findings. In the graph only where `redact.ner` is given; without a
 * port, and where the port answers for another model, documents wait. Nothing is let through on an answer that does not fit.
 */
export const recogniseStage = (
  given: Pick<RecogniseOptions, 'model'> & Partial<RecogniseOptions>,
): AskingStage<Parsed, Parsed> => {
  const options: RecogniseOptions = { ...recogniseDefaults, ...given }
  return {
    kind: 'asking',
    name: 'recognise',
    version: 1,
    order: 'key',
    doc: `Names of people and places by ${options.model}`,
    concurrency: options.concurrency,
    timeoutMs: options.timeoutMs,
    settings: { model: options.model, ...options.settings },
    run: async (value, { ports, signal, deadline }) => {
      const { ner } = ports
      if (ner === undefined) throw away(`there is no driver of the port ner for ${options.model}`)
      if (ner.model !== options.model)
        throw away(`the port ner answers as ${ner.model}, and ${options.model} is wanted`)
      const found = await recognise(value.document, ner, signal, deadline)
      if (found.kind === 'recognised')
        return forward({ ...value, ner: found.answer }, { facts: { counts: found.counts } })
      return deadLetter({
        disposition: 'PII_BLOCKED',
        code: 'ner-unusable',
        message: `recognise: ${options.model} gave an answer that cannot be used: ${found.detail}`,
      })
    },
  }
}

const away = (message: string): Fault => new Fault('dependency-down', 'ner', message)
