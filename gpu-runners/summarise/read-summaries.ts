import type { GeneratedText } from '../../topology/ports/model-server.ts'
import { BatchRefused } from '../batching/item.ts'
import { WrongModel } from '../batching/model-pool.ts'
import type { ReadResponse } from '../batching/model-pool.ts'
import type { SummariseCard } from '../models/model-card.ts'

/** Takes the texts out of a response; an empty one is no summary. */
export function readSummaries(card: SummariseCard): ReadResponse<GeneratedText> {
  return (response, items) => {
    if (response.kind !== 'texts') throw new WrongModel(card, `it answers ${response.kind}`)
    if (response.texts.length !== items.length)
      throw new BatchRefused(
        'failed',
        `${response.texts.length} summaries of ${items.length} texts`,
      )
    return response.texts.map((text) =>
      text.text.trim() === ''
        ? { kind: 'bad', message: 'the summary is empty' }
        : { kind: 'ok', result: text },
    )
  }
}
