import type { Config } from '../config/schema.ts'
import { systemClock as clock } from '../drivers/system/system-clock.ts'
import type { RangeWriter } from '../drivers/workers/range-messages.ts'
import { createWorkerRangeRunner } from '../drivers/workers/worker-range-runner.ts'
import type { RangeSink } from '../topology/model/stage.ts'
import { parquetSinks } from '../topology/parquet-sinks.ts'
import type { Identity } from '../topology/ports/identity.ts'
import type { RangeRunner } from '../topology/ports/range-runner.ts'
import { openSerdes } from '../topology/runtime/serdes.ts'
import { writeRange } from '../topology/runtime/write-range.ts'
import { createTopics } from '../topology/topics.ts'
import { openRegistry } from './open-log.ts'
import { openObjects } from './open-stores.ts'

/** What the thread needs to know. Plain data: it is cloned to it. */
export interface ParquetThreadOptions {
  readonly config: Config
  readonly dataDir: string
  readonly identity: Identity
  readonly topologyHash: string
  /** Of the log; see `RecordLog`. */
  readonly maxRecordBytes: number | undefined
}

const sinksByName = ({ parquet }: Config): ReadonlyMap<string, RangeSink<unknown>> =>
  new Map(
    Object.values(parquetSinks(parquet)).map((sink) => [sink.name, sink as RangeSink<unknown>]),
  )

/** Runs the Parquet sinks on a thread of their own: reading, encoding and compressing there hold up nothing else. */
export const createParquetThread = (options: ParquetThreadOptions): RangeRunner =>
  createWorkerRangeRunner({
    sinks: [...sinksByName(options.config).keys()],
    module: import.meta.url,
    exportName: 'openParquetThread',
    options,
  })

/** Called in the thread. It has a store and a registry of its own, opened as the profile says. */
export const openParquetThread = async (options: ParquetThreadOptions): Promise<RangeWriter> => {
  const { config, dataDir, identity, topologyHash: hash, maxRecordBytes } = options
  const { topics, deadLetters, ledger } = createTopics(config.partitions)
  const topology = { topics: Object.values(topics), deadLetters, ledger, hash }
  const serdes = await openSerdes(topology, await openRegistry(config))
  const objects = await openObjects(config, dataDir, { beside: true })
  const sinks = sinksByName(config)
  const ports = { clock, identity, objects }
  const log = { ...(maxRecordBytes !== undefined && { maxRecordBytes }) }
  return {
    write: async ({ subTopology: name, sink: sinkName, attempt, range }, signal) => {
      const sink = sinks.get(sinkName)
      if (!sink) throw new Error(`no Parquet sink is named ${sinkName}`)
      const env = { name, topology, serdes, ports, log }
      return writeRange(env, sink, range, { ports, signal, attempt })
    },
  }
}
