import type { QdrantClient } from '@qdrant/js-client-rest'
import { Fault } from '../../topology/model/failure.ts'
import { QdrantRefusal } from './answers.ts'
import type { QdrantNames } from './names.ts'
import type { QdrantCollectionOptions, QdrantVectorIndexOptions } from './options.ts'
import type { QdrantServer } from './server.ts'

export type CollectionWanted = Pick<QdrantVectorIndexOptions, 'dimensions' | 'collection'>

/** Names of the vectors of a point: of floats, and of weights by word, which have values for few places. */
export const denseVector = 'dense'
export const termVector = 'terms'

const quantisations = {
  none: undefined,
  scalar: { scalar: { type: 'int8', quantile: 0.99, always_ram: true } },
  binary: { binary: { always_ram: true } },
} as const

const graphOf = (graph: QdrantCollectionOptions['graph']) =>
  graph === 'per-tenant' ? { hnsw_config: { m: 0, payload_m: 16 } } : {}

const bodyOf = ({ dimensions, collection }: CollectionWanted) => {
  const { quantisation, onDisk, graph, shards, replicas } = collection
  const quantised = quantisations[quantisation]
  return {
    vectors: { [denseVector]: { size: dimensions, distance: 'Cosine' as const, on_disk: onDisk } },
    sparse_vectors: { [termVector]: { modifier: 'idf' as const } },
    ...(quantised && { quantization_config: quantised }),
    ...graphOf(graph),
    ...(shards !== undefined && { shard_number: shards }),
    ...(replicas !== undefined && { replication_factor: replicas }),
  }
}

/** Fields that are searched by. */
const indexes = [
  ['tenantId', { type: 'keyword', is_tenant: true }],
  ['documentId', { type: 'uuid' }],
  ['type', { type: 'keyword' }],
  ['sentAt', { type: 'integer' }],
  ['revision', { type: 'integer' }],
] as const

/** Somebody else may have been quicker. */
const unlessThere = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work
  } catch (error) {
    const cause = error instanceof Fault ? error.cause : error
    if (!(cause instanceof QdrantRefusal) || cause.status !== 409) throw error
  }
}

export const createCollection = async (
  server: QdrantServer,
  name: string,
  wanted: CollectionWanted,
): Promise<void> => {
  await unlessThere(server.ask((client) => client.createCollection(name, bodyOf(wanted))))
  for (const [field_name, field_schema] of indexes)
    await server.ask((client) =>
      client.createPayloadIndex(name, { field_name, field_schema, wait: true }),
    )
}

export const createHeads = async (server: QdrantServer, name: string): Promise<void> => {
  const { exists } = await server.ask((client) => client.collectionExists(name))
  if (!exists)
    await unlessThere(server.ask((client) => client.createCollection(name, { vectors: {} })))
}

export const collectionNames = async (server: QdrantServer): Promise<readonly string[]> => {
  const { collections } = await server.ask((client) => client.getCollections())
  return collections.map(({ name }) => name)
}

/** The collection that an alias names. */
export const targetOf = async (
  server: QdrantServer,
  alias: string,
): Promise<string | undefined> => {
  const { aliases } = await server.ask((client) => client.getAliases())
  return aliases.find(({ alias_name }) => alias_name === alias)?.collection_name
}

type AliasActions = Parameters<QdrantClient['updateCollectionAliases']>[0]['actions']

/** Lets the aliases name the collection: all of them at once, whatever they named before. */
export const pointAliases = async (
  server: QdrantServer,
  aliases: readonly string[],
  collection: string,
): Promise<void> => {
  const before = await server.ask((client) => client.getAliases())
  const known = new Set(before.aliases.map(({ alias_name }) => alias_name))
  const actions: AliasActions = aliases.flatMap((alias_name) => [
    ...(known.has(alias_name) ? [{ delete_alias: { alias_name } }] : []),
    { create_alias: { alias_name, collection_name: collection } },
  ])
  await server.ask((client) => client.updateCollectionAliases({ actions }))
}

/** The generations of this model's collections, the newest last. */
export const generationsOf = (
  names: QdrantNames,
  collections: readonly string[],
): readonly number[] =>
  collections.flatMap((name) => names.generationOf(name) ?? []).toSorted((a, b) => a - b)

/** Length of the vectors in a collection; undefined where it has none of the name. */
const dimensionsOf = async (server: QdrantServer, name: string): Promise<number | undefined> => {
  const { config } = await server.ask((client) => client.getCollection(name))
  const vectors = config.params.vectors as
    Readonly<Record<string, { readonly size?: number } | undefined>> | undefined
  return vectors?.[denseVector]?.size
}

/** Throws when the collection holds vectors of another length. */
export const requireDimensions = async (
  server: QdrantServer,
  name: string,
  dimensions: number,
): Promise<void> => {
  const found = await dimensionsOf(server, name)
  if (found === dimensions) return
  const what = found === undefined ? 'no vectors of ours' : `vectors of ${found} dimensions`
  const message = `the collection ${name} has ${what}, the model makes ${dimensions}; use another qdrant.prefix, or give the model another version`
  throw new Fault('fatal', 'vector-index', `Qdrant at ${server.url}: ${message}`)
}

/**
 * Finds the collection of the model by its alias, or makes both. Throws {@link Fault} where the collection is another
 * model's, and where there are points but no alias: an empty collection in their place would hide them.
 */
export const ensureCollection = async (
  server: QdrantServer,
  names: QdrantNames,
  wanted: CollectionWanted,
): Promise<void> => {
  await createHeads(server, names.heads)
  if ((await targetOf(server, names.alias)) === undefined) await adopt(server, names, wanted)
  await requireDimensions(server, names.alias, wanted.dimensions)
  if ((await targetOf(server, names.searchers)) === undefined)
    await pointAliases(server, [names.searchers], await requireTarget(server, names))
}

/** A start that was cut short left a collection without points: it is gone on with. */
const adopt = async (
  server: QdrantServer,
  names: QdrantNames,
  wanted: CollectionWanted,
): Promise<void> => {
  const generation = generationsOf(names, await collectionNames(server)).at(-1)
  const collection = names.collection(generation ?? 1)
  if (generation !== undefined) {
    const { count } = await server.ask((client) => client.count(collection))
    if (count > 0) {
      const message = `the alias ${names.alias} is missing, the collection ${collection} has ${count} points: point the alias at it, or run "archive-streams vectors rebuild"`
      throw new Fault('dependency-down', 'vector-index', `Qdrant at ${server.url}: ${message}`)
    }
  }
  await createCollection(server, collection, wanted)
  await pointAliases(server, [names.alias], collection)
}

/** What the alias of the model names. */
export const requireTarget = async (server: QdrantServer, names: QdrantNames): Promise<string> => {
  const target = await targetOf(server, names.alias)
  if (target !== undefined) return target
  const message = `the alias ${names.alias} is missing; start the pipeline once, or run "archive-streams vectors rebuild"`
  throw new Fault('dependency-down', 'vector-index', `Qdrant at ${server.url}: ${message}`)
}
