import type { TopicInfo } from '../model/topic.ts'
import type { TopicName } from '../model/record.ts'
import type { Topic } from '../model/topic.ts'
import type { SchemaRegistry, Serde } from '../ports/schema-registry.ts'

/** Opens the serde of every topic before the first record. */
export const openSerdes = async (
  topology: {
    readonly topics: readonly TopicInfo[]
    readonly deadLetters: TopicInfo
    readonly ledger: TopicInfo
  },
  registry: SchemaRegistry,
): Promise<ReadonlyMap<TopicName, Serde<unknown>>> => {
  const topics: readonly TopicInfo[] = [...topology.topics, topology.deadLetters, topology.ledger]
  const pairs = await Promise.all(
    topics.map(async (topic) => {
      const { codec } = topic as unknown as Topic<unknown>
      return [topic.name, await registry.open(codec)] as const
    }),
  )
  return new Map(pairs)
}

/** The serde of a topic of the topology. */
export const serdeOf = (
  env: { readonly serdes: ReadonlyMap<TopicName, Serde<unknown>> },
  topic: TopicName,
): Serde<unknown> => {
  const serde = env.serdes.get(topic)
  if (!serde) throw new Error(`no serde for topic ${topic}`)
  return serde
}
