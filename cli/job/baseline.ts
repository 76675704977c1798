import type { PreparedDocument } from '../../schemas/generated/types.ts'
import type { Topic } from '../../topology/model/topic.ts'
import type { RuntimeEnvironment } from '../../topology/runtime/environment.ts'
import { deadLettersOf } from '../read/dead-letters.ts'
import { lagOf } from '../read/lag.ts'
import { readTopic } from '../read/read-topic.ts'

/** Where the log stood when a job began. */
export interface Baseline {
  /** Documents of an earlier job that were published and not yet prepared. */
  readonly waiting: number
  readonly documentEnds: readonly number[]
  readonly preparedEnds: readonly number[]
  readonly deadLetterEnds: readonly number[]
}

const topicNamed = (env: RuntimeEnvironment, name: string) =>
  env.topology.topics.find((topic) => topic.name === name)!

/** To be asked for before anything runs: what runs changes it. Makes topics that are missing. */
export const baselineOf = async (env: RuntimeEnvironment): Promise<Baseline> => {
  const { topics, deadLetters, ledger, subTopologies } = env.topology
  const all = [...topics, deadLetters, ledger]
  await env.log.ensureTopics([...new Map(all.map((topic) => [topic.name, topic])).values()])
  const prepare = subTopologies.find((part) => part.name === 'prepare')
  const lags = prepare
    ? await lagOf(env.log, env.topology, prepare, { delivery: env.options.delivery['prepare'] })
    : []
  return {
    waiting: lags.reduce((sum, { lag }) => sum + lag, 0),
    documentEnds: await env.log.ends(topicNamed(env, 'archive.documents').name),
    preparedEnds: await env.log.ends(topicNamed(env, 'archive.prepared').name),
    deadLetterEnds: await env.log.ends(deadLetters.name),
  }
}

/** Documents that came into the log since: published, or listed from a container. */
export const publishedSince = async (
  env: RuntimeEnvironment,
  baseline: Baseline,
): Promise<number> => {
  const ends = await env.log.ends(topicNamed(env, 'archive.documents').name)
  return ends.reduce((sum, end, index) => sum + end - (baseline.documentEnds[index] ?? 0), 0)
}

/** Documents that a sub-topology after prepare dead-lettered, in whole or in part. */
export interface DeadLater {
  /** Of those that were prepared since. */
  readonly own: number
  /** Of those that an earlier job had prepared. */
  readonly earlier: number
}

export const deadLater = async (
  env: RuntimeEnvironment,
  baseline: Baseline,
): Promise<DeadLater> => {
  const dead = new Set<string>()
  const keys = new Set<string>()
  for await (const { letter } of deadLettersOf(env, baseline.deadLetterEnds)) {
    const { subTopology, documentId, revision } = letter
    if (subTopology === 'prepare' || subTopology === 'expand' || documentId === null) continue
    dead.add(`${documentId} ${revision}`)
    keys.add(documentId)
  }
  if (dead.size === 0) return { own: 0, earlier: 0 }
  const prepared = topicNamed(env, 'archive.prepared') as unknown as Topic<PreparedDocument>
  const own = new Set<string>()
  const since = readTopic(env.log, env.registry, prepared, { from: baseline.preparedEnds, keys })
  for await (const { decoded } of since) {
    const name = `${decoded.documentId} ${decoded.revision}`
    if (dead.has(name)) own.add(name)
  }
  return { own: own.size, earlier: dead.size - own.size }
}
