import type { RuntimeEnvironment } from '../../topology/runtime/environment.ts'
import { deadLettersOf } from '../read/dead-letters.ts'
import { lagOf } from '../read/lag.ts'

/** Where the log stood when a job began. */
export interface Baseline {
  /** Documents of an earlier job that were published and not yet prepared. */
  readonly waiting: number
  readonly documentEnds: readonly number[]
  readonly deadLetterEnds: readonly number[]
}

const topicNamed = (env: RuntimeEnvironment, name: string) =>
  env.topology.topics.find((topic) => topic.name === name)!.name

export const baselineOf = async (env: RuntimeEnvironment): Promise<Baseline> => {
  const prepare = env.topology.subTopologies.find((part) => part.name === 'prepare')
  const lags = prepare ? await lagOf(env.log, env.topology, prepare) : []
  return {
    waiting: lags.reduce((sum, { lag }) => sum + lag, 0),
    documentEnds: await env.log.ends(topicNamed(env, 'archive.documents')),
    deadLetterEnds: await env.log.ends(env.topology.deadLetters.name),
  }
}

/** Documents this job was to prepare: those that waited, and those that were published or expanded since. */
export const publishedSince = async (
  env: RuntimeEnvironment,
  baseline: Baseline,
): Promise<number> => {
  const ends = await env.log.ends(topicNamed(env, 'archive.documents'))
  return ends.reduce(
    (sum, end, index) => sum + end - (baseline.documentEnds[index] ?? 0),
    baseline.waiting,
  )
}

/** Documents that were prepared and then dead-lettered, in whole or in part, by a later sub-topology. */
export const deadLater = async (env: RuntimeEnvironment, baseline: Baseline): Promise<number> => {
  const documents = new Set<string>()
  for await (const { letter } of deadLettersOf(env, baseline.deadLetterEnds)) {
    const later = letter.subTopology !== 'prepare' && letter.subTopology !== 'expand'
    if (later && letter.documentId !== null)
      documents.add(`${letter.documentId} ${letter.revision}`)
  }
  return documents.size
}
