import { randomUUID } from 'node:crypto'
import { QdrantClient } from '@qdrant/js-client-rest'
import {
  defaultQdrantLimits,
  type QdrantVectorIndexOptions,
} from '../../../drivers/qdrant/options.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import { systemRandom } from '../../../drivers/system/system-random.ts'

/** Options of an index under a name that nothing else has. */
export const optionsAt = (
  url: string,
  changes: Partial<QdrantVectorIndexOptions> = {},
): QdrantVectorIndexOptions => ({
  url,
  connections: 4,
  limits: defaultQdrantLimits,
  clock: systemClock,
  random: systemRandom,
  prefix: `test-${randomUUID()}`,
  model: { name: 'model', version: '1.0.0' },
  dimensions: 4,
  collection: { quantisation: 'none', onDisk: false, graph: 'shared' },
  ordering: 'weak',
  search: 'approximate',
  batchPoints: 64,
  ...changes,
})

/** The client itself, for what no driver does. */
export const clientOf = (url: string): QdrantClient =>
  new QdrantClient({ url, checkCompatibility: false })

/** Removes every collection under the prefix, and with them their aliases. */
export const removeAll = async (url: string, prefix: string): Promise<void> => {
  const client = clientOf(url)
  const { collections } = await client.getCollections()
  for (const { name } of collections)
    if (name.startsWith(`${prefix}.`)) await client.deleteCollection(name)
}
