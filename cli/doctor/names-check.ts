import type { Config } from '../../config/schema.ts'
import { openDocumentNames } from '../redact/document-names.ts'
import { counted } from '../output.ts'
import { modelCardsOf } from '../pipeline-options.ts'
import { ok, wrong, type Check } from './check.ts'

/** Asks the model that finds names about a small text: its scores have to fit the tokens and the labels of its card. */
export const namesCheck = (config: Config): Check => ({
  name: 'names',
  look: async () => {
    const { recognise: card } = modelCardsOf(config)
    if (!card) return ok('no model is asked for names')
    const names = await openDocumentNames(config)
    try {
      const asked = await names.ask({ text: 'Good morning.' })
      const advice = 'correct the card of models.recognise, or put another model on the server'
      if (asked.kind === 'failed') return wrong(asked.failure.message, advice)
      const labels = counted(card.labels.length, 'label')
      return ok(`${card.name}@${card.version}: ${labels}, windows of ${card.maxTokens} tokens`)
    } finally {
      await names.close()
    }
  },
})
