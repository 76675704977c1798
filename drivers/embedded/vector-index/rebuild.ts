import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { VectorIndexRebuild } from '../../../topology/ports/vector-index.ts'
import { createEmbeddedVectorIndex, vectorFolderOf } from './embedded-vector-index.ts'

const dataFile = 'data.mdb'

/**
 * A new index in a folder beside the old one. Hold the lock of the data folder: nobody else may write meanwhile. It takes
 * the old one's place by the rename of one file, so whoever opens the index finds the old one whole or the new one.
 */
export const openEmbeddedVectorRebuild = async (dataDir: string): Promise<VectorIndexRebuild> => {
  const aside = join(dataDir, 'vectors-rebuild')
  // That of a rebuild which was cut short.
  await rm(aside, { recursive: true, force: true })
  const index = createEmbeddedVectorIndex({ dataDir: aside })
  let open = true
  const close = async (): Promise<void> => {
    if (open) await index.close()
    open = false
  }
  return {
    index,
    putInPlace: async () => {
      await close()
      const target = vectorFolderOf(dataDir)
      if (!existsSync(target)) await mkdir(target, { recursive: true })
      await rename(join(vectorFolderOf(aside), dataFile), join(target, dataFile))
      return 'nobody-wrote'
    },
    close: async () => {
      await close()
      await rm(aside, { recursive: true, force: true })
    },
  }
}
