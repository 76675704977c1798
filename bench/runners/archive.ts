import { planServices } from '../../cli/commands/topics.ts'
import { loadOrFail } from '../../cli/load-config.ts'
import { openKafka, openRegistry } from '../../cli/open-log.ts'
import { openObjects } from '../../cli/open-stores.ts'
import { readTopic } from '../../cli/read/read-topic.ts'
import { createTopics } from '../../topology/topics.ts'
import type { Settings } from './start-member.ts'
import { chunkIdOf, storeChunkSet } from './chunk-sets.ts'
import type { Workload } from './chunk-sets.ts'

/** Topics and objects of one measurement, as the harness sees them. */
export interface BenchArchive {
  /** Stores the chunk sets and puts their events into `archive.chunks`. */
  readonly fill: () => Promise<void>
  /** Events in `archive.embeddings`. */
  readonly done: () => Promise<number>
  /** Compares what came out with what was put in. */
  readonly check: () => Promise<{ readonly missing: number; readonly twice: number }>
  readonly close: () => Promise<void>
}

const AT_ONCE = 200

/** Makes the topics and schemas first, as `topics apply` does. */
export const openArchive = async (
  settings: Settings,
  workload: Workload,
): Promise<BenchArchive> => {
  const config = loadOrFail(
    'kafka',
    settings.map(([path, value]) => ({ flag: '--set', path, value })),
  )
  const plan = await planServices(config)
  await plan.apply()
  await plan.close()
  const [log, registry] = [await openKafka(config), await openRegistry(config)]
  const objects = await openObjects(config, config.dataDir, {})
  const { chunks, embeddings } = createTopics(config.partitions).topics
  const serde = await registry.open(chunks.codec)

  const recordOf = async (set: number) => {
    const event = await storeChunkSet(objects, set, workload)
    const value = serde.encode(event)
    const key = Buffer.from(event.documentId)
    return { topic: chunks.name, key, value, timestamp: event.ingestedAt, headers: {} }
  }

  return {
    fill: async () => {
      for (let from = 0; from < workload.sets; from += AT_ONCE) {
        const count = Math.min(AT_ONCE, workload.sets - from)
        const records = Array.from({ length: count }, (_, at) => recordOf(from + at))
        await log.produce(await Promise.all(records))
      }
    },
    done: async () => (await log.ends(embeddings.name)).reduce((sum, end) => sum + end, 0),
    check: async () => {
      const times = new Map<string, number>()
      for await (const { decoded } of readTopic(log, registry, embeddings))
        for (const { chunkId } of decoded.vectors) times.set(chunkId, (times.get(chunkId) ?? 0) + 1)
      const wanted = Array.from({ length: workload.sets }, (_, set) =>
        Array.from({ length: workload.chunks }, (__, ordinal) => chunkIdOf(set, ordinal)),
      ).flat()
      return {
        missing: wanted.filter((id) => !times.has(id)).length,
        twice: [...times.values()].filter((count) => count > 1).length,
      }
    },
    close: async () => {
      for (const port of [log, registry, objects]) await port.close()
    },
  }
}
