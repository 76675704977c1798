import type { VectorIndexRebuild } from '../../topology/ports/vector-index.ts'
import {
  collectionNames,
  createCollection,
  createHeads,
  generationsOf,
  pointAliases,
  targetOf,
} from './collections.ts'
import { namesOf } from './names.ts'
import type { QdrantVectorIndexOptions } from './options.ts'
import { indexOver } from './qdrant-vector-index.ts'
import { connectQdrant } from './server.ts'

/** Makes the next collection of the model. Its aliases, and that of searchers, move to it together. */
export const openQdrantRebuild = async (
  options: QdrantVectorIndexOptions,
): Promise<VectorIndexRebuild> => {
  const server = connectQdrant(options)
  const names = namesOf(options)
  try {
    await createHeads(server, names.heads)
    const before = generationsOf(names, await collectionNames(server))
    const mine = names.collection((before.at(-1) ?? 0) + 1)
    await createCollection(server, mine, options)
    const index = indexOver(server, mine, options)
    return {
      index,
      putInPlace: async () => {
        await pointAliases(server, [names.alias, names.searchers], mine)
        return 'others-wrote'
      },
      close: async () => {
        try {
          const inPlace = await targetOf(server, names.alias)
          const others = [...before.map(names.collection), mine].filter((each) => each !== inPlace)
          for (const each of others) await server.ask((client) => client.deleteCollection(each))
        } finally {
          await index.close()
        }
      },
    }
  } catch (error) {
    await server.close()
    throw error
  }
}
