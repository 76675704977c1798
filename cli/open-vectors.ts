import type { Config } from '../config/schema.ts'
import {
  createEmbeddedVectorIndex,
  openEmbeddedVectorIndexReader,
  type VectorIndexReader,
} from '../drivers/embedded/vector-index/embedded-vector-index.ts'
import { openEmbeddedVectorRebuild } from '../drivers/embedded/vector-index/rebuild.ts'
import { Fault } from '../topology/model/failure.ts'
import type { VectorIndex, VectorIndexRebuild } from '../topology/ports/vector-index.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { modelCardsOf } from './pipeline-options.ts'
import { qdrantOptionsOf } from './service-options.ts'

/** The vector index of the profile. Hold the lock of the data folder first where it is embedded. */
export const openVectors = (config: Config, dataDir: string): Promise<VectorIndex> =>
  config.drivers.vectors === 'qdrant'
    ? openQdrant(config, false)
    : orUnavailable(async () => createEmbeddedVectorIndex({ dataDir }))

/** Its client is loaded only where it is used. */
const openQdrant = async (config: Config, readOnly: boolean): Promise<VectorIndex> => {
  const { createQdrantVectorIndex } = await import('../drivers/qdrant/qdrant-vector-index.ts')
  const { embed } = modelCardsOf(config)
  return orUnavailable(() =>
    createQdrantVectorIndex({ ...qdrantOptionsOf(config, embed), readOnly }),
  )
}

/** The disk below an embedded index is no service that may come back: its exit code is that of the data folder. */
const orUnavailable = async <T>(open: () => Promise<T>): Promise<T> => {
  try {
    return await open()
  } catch (error) {
    if (!(error instanceof Fault) || error.dependency === 'disk') throw error
    throw new CommandError(exitCodes.unavailable, error.message, error)
  }
}

/** A new index of the profile's kind. Hold the lock of the data folder first where it is embedded. */
export const openVectorRebuild = async (
  config: Config,
  dataDir: string,
): Promise<VectorIndexRebuild> => {
  if (config.drivers.vectors === 'embedded') return openEmbeddedVectorRebuild(dataDir)
  const { openQdrantRebuild } = await import('../drivers/qdrant/rebuild.ts')
  return openQdrantRebuild(qdrantOptionsOf(config, modelCardsOf(config).embed))
}

/** The index for looking at, opened when it is looked at first: most commands have no use for it. */
export const openVectorsLazily = (config: Config, dataDir: string): VectorIndexReader => {
  let opened: Promise<VectorIndexReader> | undefined
  const open = (): Promise<VectorIndexReader> =>
    (opened ??=
      config.drivers.vectors === 'qdrant'
        ? openQdrant(config, true)
        : orUnavailable(() => openEmbeddedVectorIndexReader(dataDir)).then(
            (reader) => reader ?? noVectors,
          ))
  return {
    search: async (query) => (await open()).search(query),
    searchTerms: async (query) => (await open()).searchTerms(query),
    count: async () => (await open()).count(),
    scan: async function* () {
      yield* (await open()).scan()
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  }
}

const noVectors: VectorIndexReader = {
  search: () => Promise.resolve([]),
  searchTerms: () => Promise.resolve([]),
  count: () => Promise.resolve(0),
  scan: async function* () {},
  close: () => Promise.resolve(),
}
