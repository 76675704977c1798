import type { SubTopology } from '../model/topology.ts'
import { drained } from './drained.ts'
import type { ProcessEnvironment, RuntimeEnvironment } from './environment.ts'
import type { StopReport } from './poll-loop.ts'
import { runSubTopology, type RunningPart } from './run-sub-topology.ts'
import { Semaphore } from './semaphore.ts'
import { openSerdes } from './serdes.ts'

/** A topology while it runs, all of it or some of its sub-topologies. */
export interface RunningTopology {
  readonly parts: readonly RunningPart[]
  /** Resolves when everything in the log is processed, written and durable. Meant for jobs that end. */
  readonly drained: () => Promise<void>
  /** Drains within the drain time and leaves the groups. */
  readonly stop: () => Promise<readonly StopReport[]>
  /** Ends at once, as a crash would. */
  readonly kill: () => Promise<void>
  /** Rejects when a sub-topology cannot go on. */
  readonly ended: Promise<void>
}

/**
 * Creates missing topics, opens the serdes and runs the sub-topologies, all of them or only the named ones. Throws when a
 * name is unknown or when the log, the registry or a topic is not as the topology needs it.
 */
export const runTopology = async (
  env: RuntimeEnvironment,
  only?: readonly string[],
): Promise<RunningTopology> => {
  const chosen = chooseParts(env, only)
  chooseParts(env, Object.keys(env.options.delivery))
  const { topics, deadLetters, ledger } = env.topology
  const opening = openSerdes(env.topology, env.registry)
  opening.catch(() => {})
  // Both at once; when both lack something, it is always the topics that are told.
  await env.log.ensureTopics(unique([...topics, deadLetters, ledger]))
  const serdes = await opening
  const rangeWrites = new Semaphore(env.options.rangesAtOnce)
  const parts = await startAll({ ...env, serdes, rangeWrites }, chosen)
  const ended = Promise.race([
    Promise.all(parts.map((part) => part.ended)).then(() => {}),
    ...parts.map((part) => part.ended.then(() => new Promise<void>(() => {}))),
  ])
  ended.catch(() => {})
  return {
    parts,
    drained: () => Promise.race([drained(env, chosen, parts), ended]),
    stop: () => Promise.all(parts.map((part) => part.stop())),
    kill: async () => void (await Promise.all(parts.map((part) => part.kill()))),
    ended,
  }
}

/** All join at once. When one cannot, none goes on. */
const startAll = async (
  env: ProcessEnvironment,
  chosen: readonly SubTopology[],
): Promise<readonly RunningPart[]> => {
  const starting = await Promise.allSettled(chosen.map((part) => runSubTopology(env, part)))
  const parts = starting.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const failed = starting.find((each) => each.status === 'rejected')
  if (!failed) return parts
  await Promise.all(parts.map((part) => part.kill()))
  throw failed.reason
}

const unique = <T extends { readonly name: string }>(topics: readonly T[]): readonly T[] => [
  ...new Map(topics.map((topic) => [topic.name, topic])).values(),
]

const chooseParts = (env: RuntimeEnvironment, only?: readonly string[]): readonly SubTopology[] => {
  const all = env.topology.subTopologies
  const unknown = (only ?? []).filter((name) => !all.some((part) => part.name === name))
  if (unknown.length > 0) {
    const known = all.map((part) => part.name).join(', ')
    throw new Error(`no sub-topology named ${unknown.join(', ')}; there are ${known}`)
  }
  return only ? all.filter((part) => only.includes(part.name)) : all
}
