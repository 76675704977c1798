import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from '../config/schema.ts'
import { openEmbeddedRecordLogReader } from '../drivers/embedded/record-log/embedded-record-log-reader.ts'
import { createPipeline } from '../topology/pipeline.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { refuseFile } from './make-data-dir.ts'
import { openKafka, openRegistry } from './open-log.ts'
import { openObjects } from './open-stores.ts'
import { openVectorsLazily } from './open-vectors.ts'
import { pipelineOptionsOf } from './pipeline-options.ts'
import type { ArchiveView } from './read/archive-view.ts'

/** Opens the data folder for looking, beside a process that may be working on it. Changes nothing. */
export const openView = async (config: Config): Promise<ArchiveView> => {
  const dataDir = resolve(config.dataDir)
  refuseFile(dataDir)
  const log = await openReadableLog(config, dataDir)
  if (!log) {
    const message = `${config.dataDir} holds no archive yet; "archive-streams start --source PATH" makes one`
    throw new CommandError(exitCodes.failed, message)
  }
  const vectors = openVectorsLazily(config, dataDir)
  const objects = await openObjects(config, dataDir, { readOnly: true })
  return {
    topology: createPipeline(pipelineOptionsOf(config)),
    log,
    registry: await openRegistry(config),
    objects,
    vectors,
    close: async () => {
      await log.close()
      await vectors.close()
      await objects.close()
    },
  }
}

const openReadableLog = async (config: Config, dataDir: string) => {
  if (config.drivers.log === 'kafka') return openKafka(config)
  return existsSync(dataDir) ? openEmbeddedRecordLogReader(dataDir) : undefined
}
