import type { Admin, ITopicConfig } from 'kafkajs'
import type { Clock } from '../../topology/ports/clock.ts'
import { KafkaMisfit, rootOf, startError } from './errors.ts'
import { ConfigResourceTypes } from './kafkajs.ts'
import type { Reader } from './reader.ts'

/** A topic as it should be, by the cluster's name. */
export interface WantedTopic {
  readonly name: string
  readonly partitions: number
  /** Copies; the broker's default when left out. */
  readonly replicationFactor?: number
  /** Settings that differ from the broker's, by Kafka's names. */
  readonly config: Readonly<Record<string, string>>
}

/** What separates a topic from what it should be. */
export type TopicStep =
  | { readonly kind: 'create'; readonly topic: WantedTopic }
  | {
      readonly kind: 'configure'
      readonly topic: WantedTopic
      readonly changes: readonly {
        readonly name: string
        readonly from: string
        readonly to: string
      }[]
    }
  /** Cannot be mended without moving keys: `count` partitions are there. */
  | { readonly kind: 'wrong-partitions'; readonly topic: WantedTopic; readonly count: number }

export interface TopicTool {
  /** What would have to be done, in the order of the topics; nothing is changed. */
  readonly plan: (wanted: readonly WantedTopic[]) => Promise<readonly TopicStep[]>
  /** The same without settings, which not everybody may look at. */
  readonly planPartitions: (wanted: readonly WantedTopic[]) => Promise<readonly TopicStep[]>
  /** Does what can be done; topics with wrong partitions are left as they are. */
  readonly apply: (steps: readonly TopicStep[]) => Promise<void>
}

/** Values of `DescribeConfigs` that somebody set for this topic. */
const setForTopic = 1
const createTimeoutMs = 15_000

const newsWaitMs = 50

export const createTopicTool = (
  /** Called when it is needed first. */
  admin: () => Admin,
  reader: Reader,
  clock: Clock,
  where: string,
): TopicTool => {
  const countOf = async (name: string): Promise<number | undefined> => {
    try {
      return await reader.partitions(name)
    } catch (error) {
      throw startError(error, `${where}, topic ${name}`)
    }
  }

  /** All at once; where the broker objects, one by one, as its answer does not say to which topic. */
  const countsOf = async (names: readonly string[]): Promise<ReadonlyMap<string, number>> => {
    try {
      return await reader.counts(names)
    } catch (error) {
      if (rootOf(error).type === undefined) throw startError(error, where)
      const counts = await Promise.all(
        names.map(async (name) => [name, await countOf(name)] as const),
      )
      return new Map(counts.filter((each): each is [string, number] => each[1] !== undefined))
    }
  }

  /** Brokers hear of a new topic one after the other, and of the leaders of its partitions a moment later. */
  const untilKnown = async (name: string): Promise<void> => {
    const deadline = clock.now() + createTimeoutMs
    for (;;) {
      try {
        if ((await reader.bounds(name)).length > 0) return
        throw new Error(`${name} was created, but no broker knows it`)
      } catch (error) {
        if (clock.now() > deadline) throw error
        await new Promise<void>((resolve) => void clock.after(newsWaitMs, resolve))
      }
    }
  }

  const configsOf = async (names: readonly string[]) => {
    if (names.length === 0) return new Map<string, readonly ConfigEntry[]>()
    const resources = names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name }))
    const described = await admin()
      .describeConfigs({ resources, includeSynonyms: false })
      .catch((error: unknown) => {
        throw startError(error, `${where}, settings of topics`)
      })
    return new Map(
      described.resources.map((each) => [
        each.resourceName,
        each.configEntries as unknown as readonly ConfigEntry[],
      ]),
    )
  }

  const differences = (topic: WantedTopic, entries: readonly ConfigEntry[]) => {
    const there = new Map(entries.map((each) => [each.configName, each.configValue]))
    return Object.entries(topic.config)
      .filter(([name, value]) => there.get(name) !== value)
      .map(([name, to]) => ({ name, from: there.get(name) ?? '', to }))
  }

  const create = async (topics: readonly WantedTopic[]): Promise<void> => {
    if (topics.length === 0) return
    const configs: ITopicConfig[] = topics.map((topic) => ({
      topic: topic.name,
      numPartitions: topic.partitions,
      replicationFactor: topic.replicationFactor ?? -1,
      configEntries: Object.entries(topic.config).map(([name, value]) => ({ name, value })),
    }))
    const names = topics.map(({ name }) => name).join(', ')
    try {
      await admin()
        .createTopics({ topics: configs, timeout: createTimeoutMs, waitForLeaders: false })
        .catch(unlessUnderWay)
      for (const { name } of topics) await untilKnown(name)
    } catch (error) {
      throw startError(error, `${where}, creating ${names}`)
    }
  }

  /** The old request sets everything at once: what somebody else has set for the topic goes along. */
  const configure = async (topic: WantedTopic): Promise<void> => {
    const entries = (await configsOf([topic.name])).get(topic.name) ?? []
    const kept = entries.filter((each) => each.configSource === setForTopic)
    const values = new Map(kept.map((each) => [each.configName, each.configValue]))
    for (const [name, value] of Object.entries(topic.config)) values.set(name, value)
    const configEntries = [...values].map(([name, value]) => ({ name, value }))
    const resources = [{ type: ConfigResourceTypes.TOPIC, name: topic.name, configEntries }]
    try {
      await admin().alterConfigs({ validateOnly: false, resources })
    } catch (error) {
      throw startError(error, `${where}, settings of ${topic.name}`)
    }
  }

  const planPartitions: TopicTool['planPartitions'] = async (wanted) => {
    const counts = await countsOf(wanted.map(({ name }) => name))
    return wanted.flatMap((topic): readonly TopicStep[] => {
      const count = counts.get(topic.name)
      if (count === undefined) return [{ kind: 'create', topic }]
      return count === topic.partitions ? [] : [{ kind: 'wrong-partitions', topic, count }]
    })
  }

  return {
    planPartitions,
    plan: async (wanted) => {
      const steps = await planPartitions(wanted)
      const missing = new Set(
        steps.flatMap(({ kind, topic }) => (kind === 'create' ? [topic] : [])),
      )
      const there = wanted.filter((topic) => !missing.has(topic))
      const configs = await configsOf(there.map(({ name }) => name))
      const configurations = there.flatMap((topic): readonly TopicStep[] => {
        const changes = differences(topic, configs.get(topic.name) ?? [])
        return changes.length > 0 ? [{ kind: 'configure', topic, changes }] : []
      })
      return [...steps, ...configurations]
    },
    apply: async (steps) => {
      await create(steps.flatMap((step) => (step.kind === 'create' ? [step.topic] : [])))
      for (const step of steps) if (step.kind === 'configure') await configure(step.topic)
    },
  }
}

/** A busy broker goes on making what it did not finish in time; whether it does is seen next. */
const unlessUnderWay = (error: unknown): void => {
  if (rootOf(error).type !== 'REQUEST_TIMED_OUT') throw error
}

interface ConfigEntry {
  readonly configName: string
  readonly configValue: string
  readonly configSource: number
}

/** Throws, with all of it at once, when topics are missing or have another partition count. */
export const refuseMisfits = (steps: readonly TopicStep[], where: string): void => {
  const missing = steps.flatMap((step) => (step.kind === 'create' ? [step.topic.name] : []))
  const wrong = steps.flatMap((step) =>
    step.kind === 'wrong-partitions'
      ? [
          `${step.topic.name} has ${step.count} partitions, not ${step.topic.partitions}; keys would move`,
        ]
      : [],
  )
  if (missing.length > 0)
    wrong.unshift(`there is no topic ${missing.join(', ')}; run "archive-streams topics apply"`)
  if (wrong.length > 0) throw new KafkaMisfit(`Kafka, ${where}: ${wrong.join('; ')}`)
}
