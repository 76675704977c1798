import { collectionNames, requireDimensions, targetOf } from './collections.ts'
import { namesOf } from './names.ts'
import type { QdrantVectorIndexOptions } from './options.ts'
import { connectQdrant } from './server.ts'

/** What is found where vectors are to be. Changes nothing; throws as the index would. */
export const lookAtQdrant = async (options: QdrantVectorIndexOptions): Promise<string> => {
  const server = connectQdrant(options)
  try {
    const names = namesOf(options)
    const target = await targetOf(server, names.alias)
    if (target === undefined) {
      const others = (await collectionNames(server)).filter(names.holdsPoints)
      const beside = others.length > 0 ? `; there are ${others.join(', ')}` : ''
      return `no collection for ${options.model.name} ${options.model.version} yet${beside}`
    }
    await requireDimensions(server, names.alias, options.dimensions)
    const { count } = await server.ask((client) => client.count(target, { exact: false }))
    const searchers = await targetOf(server, names.searchers)
    const elsewhere = searchers === target ? '' : `; searchers are at ${searchers ?? 'nothing'}`
    return `${target} with about ${count} points${elsewhere}`
  } finally {
    await server.close()
  }
}
