import { resolve } from 'node:path'
import type { Config } from '../config/schema.ts'
import { createFolderObjectStore } from '../drivers/embedded/object-store/folder-object-store.ts'
import { createFileSourceStore } from '../drivers/embedded/source-store/file-source-store.ts'
import { Fault } from '../topology/model/failure.ts'
import type { ObjectStore } from '../topology/ports/object-store.ts'
import type { SourceStore } from '../topology/ports/source-store.ts'
import type { Telemetry } from '../topology/ports/telemetry.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { s3ObjectOptionsOf, s3SourceConnectionsOf } from './service-options.ts'

/**
 * The object store of the profile. `readOnly` only looks, beside a process that may be writing; `beside` is a second store of one
 * process.
 */
export const openObjects = async (
  config: Config,
  dataDir: string,
  options: {
    readonly readOnly?: boolean
    readonly beside?: boolean
    readonly telemetry?: Telemetry
  },
): Promise<ObjectStore> => {
  const { readOnly = false, beside = false, telemetry } = options
  if (config.drivers.objects === 'embedded')
    return createFolderObjectStore({ dataDir, readOnly, beside })
  const { createS3ObjectStore } = await import('../drivers/s3/s3-object-store.ts')
  try {
    return await createS3ObjectStore({
      ...s3ObjectOptionsOf(config),
      readOnly,
      notice: (message) =>
        telemetry?.emit({ kind: 'notice', subTopology: 'object-store', message }),
    })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw new CommandError(exitCodes.unavailable, error.message, error)
  }
}

/** Where objects whose names begin with `area` are, for people. */
export const placeOfObjects = ({ drivers, s3 }: Config, dataDir: string, area: string): string =>
  drivers.objects === 'embedded'
    ? resolve(dataDir, 'objects', area)
    : `s3://${s3.bucket}/${s3.prefix}/${area}`

/** The sources of the profile: files, and what is in buckets where `s3.sources` allows it. */
export const openSources = async (
  config: Config,
): Promise<SourceStore & { readonly close: () => Promise<void> }> => {
  const roots = config.sources.map((path) => resolve(path))
  const files = createFileSourceStore({ roots })
  if (config.s3.sources.length === 0) return { ...files, close: async () => {} }
  const [{ createS3SourceStore }, { createSourceStoreByScheme }] = await Promise.all([
    import('../drivers/s3/s3-source-store.ts'),
    import('../drivers/s3/source-store-by-scheme.ts'),
  ])
  const connections = s3SourceConnectionsOf(config)
  const s3 = createS3SourceStore({ connections, roots: config.s3.sources })
  return { ...createSourceStoreByScheme({ s3, minio: s3 }, files), close: s3.close }
}
