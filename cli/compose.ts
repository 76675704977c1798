import { availableParallelism } from 'node:os'
import type { Config } from '../config/schema.ts'
import { lockDataDir } from '../drivers/embedded/data-dir/lock-data-dir.ts'
import { systemClock } from '../drivers/system/system-clock.ts'
import { systemRandom } from '../drivers/system/system-random.ts'
import { observedModelServer } from '../drivers/telemetry/observed-model-server.ts'
import { createWorkerPureRunner } from '../drivers/workers/worker-pure-runner.ts'
import { createPipeline } from '../topology/pipeline.ts'
import type { Telemetry } from '../topology/ports/telemetry.ts'
import type { RuntimeEnvironment } from '../topology/runtime/environment.ts'
import { makeDataDir } from './make-data-dir.ts'
import { openCache } from './open-cache.ts'
import { openLog, openRegistry } from './open-log.ts'
import { openCheckedModels } from './open-models.ts'
import { openNer } from './open-ner.ts'
import { openObjects, openSources } from './open-stores.ts'
import { openVectors } from './open-vectors.ts'
import { createParquetThread } from './parquet-thread.ts'
import { pipelineOptionsOf } from './pipeline-options.ts'

/** A runtime environment that owns its data folder. */
export interface Composition {
  readonly env: RuntimeEnvironment
  readonly dataDir: string
  readonly close: () => Promise<void>
}

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
/** What worker threads import. */
export const pipelineModule = new URL(`../topology/pipeline.${extension}`, import.meta.url).href

/**
 * The composition root: picks the drivers of the profile and wires the pipeline. Takes the lock of the data folder before
 * anything is touched; throws `DataDirLocked` when another process has it.
 */
export const compose = async (config: Config, telemetry: Telemetry): Promise<Composition> => {
  const options = pipelineOptionsOf(config)
  const topology = createPipeline(options)
  const dataDir = makeDataDir(config.dataDir)
  const clock = systemClock
  const lock = await lockDataDir(dataDir, clock)
  const log = await openLog(config, dataDir, telemetry).catch(async (error: unknown) => {
    await lock.release()
    throw error
  })
  const objects = await openObjects(config, dataDir, { telemetry }).catch(
    async (error: unknown) => {
      await log.close()
      await lock.release()
      throw error
    },
  )
  const server = await openCheckedModels(config).catch(async (error: unknown) => {
    for (const port of [log, objects]) await port.close()
    await lock.release()
    throw error
  })
  const models = observedModelServer(server, telemetry, clock)
  const registry = await openRegistry(config, telemetry)
  const vectors = await openVectors(config, dataDir).catch(async (error: unknown) => {
    for (const port of [log, objects, registry]) await port.close()
    await lock.release()
    throw error
  })
  const cache = await openCache(config, dataDir, (message) =>
    telemetry.emit({ kind: 'notice', subTopology: 'cache', message }),
  )
  const { threads, memoryMb } = config.workers
  const pure = createWorkerPureRunner({
    module: pipelineModule,
    exportName: 'createPipeline',
    options,
    clock,
    threads: threads || Math.max(1, availableParallelism() - 1),
    memoryMb,
  })
  const sources = await openSources(config)
  const { identity } = options
  const ranges = createParquetThread({
    config,
    dataDir,
    identity,
    topologyHash: topology.hash,
    maxRecordBytes: log.maxRecordBytes,
  })
  const runtime = { ...config.runtime, delivery: config.delivery }
  const ner = openNer(config, models)
  const ports = {
    clock,
    random: systemRandom,
    identity,
    sources,
    objects,
    models,
    vectors,
    cache,
    ...(ner && { ner }),
  }
  return {
    env: { topology, log, registry, ports, pure, ranges, telemetry, options: runtime },
    dataDir,
    close: async () => {
      await pure.close()
      await ranges.close()
      await models.close()
      for (const port of [log, vectors, cache, sources, objects, registry]) await port.close()
      await lock.release()
    },
  }
}
