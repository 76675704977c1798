import { resolve } from 'node:path'
import type { Config } from '../../config/schema.ts'
import { openEmbeddedVectorIndexReader } from '../../drivers/embedded/vector-index/embedded-vector-index.ts'
import { counted } from '../output.ts'
import { ok, type Check } from './check.ts'

/** Whether this version reads the vector index that the data folder holds. Changes nothing. */
export const embeddedVectorsCheck = (config: Config): Check => ({
  name: 'vector index',
  look: async () => {
    const reader = await openEmbeddedVectorIndexReader(resolve(config.dataDir))
    if (!reader) return ok('no vectors yet')
    try {
      return ok(counted(await reader.count(), 'vector'))
    } finally {
      await reader.close()
    }
  },
})
