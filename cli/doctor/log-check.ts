import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from '../../config/schema.ts'
import {
  openEmbeddedRecordLogReader,
  type RecordLogReader,
} from '../../drivers/embedded/record-log/embedded-record-log-reader.ts'
import { createPackageSchemaRegistry } from '../../drivers/embedded/schema-registry/package-schema-registry.ts'
import type { Codec } from '../../schemas/codec.ts'
import type { TopicInfo } from '../../topology/model/topic.ts'
import { createPipeline } from '../../topology/pipeline.ts'
import { Undecodable, type SchemaRegistry } from '../../topology/ports/schema-registry.ts'
import { pipelineOptionsOf } from '../pipeline-options.ts'
import { ok, wrong, type Check } from './check.ts'

/** Whether this version can go on with what an earlier one left: partitions, and the schemas of the records. */
export const logCheck = (config: Config): Check => ({
  name: 'topics',
  look: async () => {
    const dataDir = resolve(config.dataDir)
    const log = existsSync(dataDir) ? await openEmbeddedRecordLogReader(dataDir) : undefined
    if (!log) return ok('no topics yet')
    try {
      const { topics, deadLetters, ledger } = createPipeline(pipelineOptionsOf(config))
      const problems = await problemsOf(log, [...topics, deadLetters, ledger])
      if (problems.length === 0) return ok('partitions and schemas are those of this version')
      const advice =
        'use the version and configuration that wrote the data folder, or another folder'
      return wrong(problems.join('; '), advice)
    } finally {
      await log.close()
    }
  },
})

const problemsOf = async (
  log: RecordLogReader,
  topics: readonly TopicInfo[],
): Promise<readonly string[]> => {
  const registry = createPackageSchemaRegistry()
  const problems: string[] = []
  for (const spec of await log.topics()) {
    const topic = topics.find(({ name }) => name === spec.name)
    if (!topic) problems.push(`${spec.name} is no topic of this version`)
    else if (topic.partitions !== spec.partitions)
      problems.push(`${spec.name} has ${spec.partitions} partitions, not ${topic.partitions}`)
    else problems.push(...(await unreadableRecords(log, registry, topic)))
  }
  return problems
}

/** The oldest and the newest record of every partition stand for all: schemas change with versions, not with records. */
const unreadableRecords = async (
  log: RecordLogReader,
  registry: SchemaRegistry,
  { name, codec }: TopicInfo,
): Promise<readonly string[]> => {
  const serde = await registry.open(codec as unknown as Codec<unknown>)
  const ends = await log.ends(name)
  const problems = new Set<string>()
  for (const [partition, end] of ends.entries()) {
    for (const offset of new Set([0, end - 1])) {
      const [record] = await log.read({ topic: name, partition }, Math.max(0, offset), 1)
      try {
        if (record?.value) serde.decode(record.value)
      } catch (error) {
        if (!(error instanceof Undecodable)) throw error
        problems.add(`${name}: ${error.message}`)
      }
    }
  }
  return [...problems]
}
