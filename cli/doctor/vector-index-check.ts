import type { Config } from '../../config/schema.ts'
import { modelCardsOf } from '../pipeline-options.ts'
import { qdrantOptionsOf } from '../service-options.ts'
import { ok, wrong, type Check } from './check.ts'

/** Whether Qdrant can be reached and holds vectors of the model's length, or none yet. Changes nothing. */
export const vectorIndexCheck = (config: Config): Check => ({
  name: 'vector index',
  look: async () => {
    const { lookAtQdrant } = await import('../../drivers/qdrant/look-at-qdrant.ts')
    try {
      const found = await lookAtQdrant(qdrantOptionsOf(config, modelCardsOf(config).embed))
      return ok(`Qdrant at ${config.qdrant.url}: ${found}`)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      return wrong(error.message, 'put this right; docs/vectors.md says what is kept where')
    }
  },
})
