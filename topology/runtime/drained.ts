import type { TopicName } from '../model/record.ts'
import type { SubTopology } from '../model/topology.ts'
import type { RuntimeEnvironment } from './environment.ts'
import { groupOf } from './group-of.ts'
import type { RunningPart } from './run-sub-topology.ts'
import type { Task } from './task.ts'

/** How often draining looks again, milliseconds. */
const lookMs = 20

/**
 * Resolves when everything in the log is processed, written and durable. Upstream comes first: what holds records back is
 * flushed once all that feeds its topic is done, whatever the other topics of its sub-topology still wait for.
 */
export const drained = async (
  env: RuntimeEnvironment,
  chosen: readonly SubTopology[],
  running: readonly RunningPart[],
): Promise<void> => {
  const parts = chosen.map((part, index) => ({ part, running: running[index]! }))
  while ((await lookAtAll(env, parts)) < parts.length) {
    await new Promise<void>((resolve) => void env.ports.clock.after(lookMs, resolve))
  }
}

interface Part {
  readonly part: SubTopology
  readonly running: RunningPart
}

/** How many are done. In whatever order they were declared: each that is found done may let others be. */
const lookAtAll = async (env: RuntimeEnvironment, parts: readonly Part[]): Promise<number> => {
  let left = parts
  for (let before = Infinity; left.length < before;) {
    before = left.length
    for (const each of left) {
      if (await isDone(env, left, each)) left = left.filter((other) => other !== each)
    }
  }
  return parts.length - left.length
}

/** Flushes what has all it will get; answers whether the sub-topology is done, too. `left` are not done yet. */
const isDone = async (
  env: RuntimeEnvironment,
  left: readonly Part[],
  { part, running }: Part,
): Promise<boolean> => {
  let allDone = true
  for (const topic of sourcesOf(part)) {
    const fed = !left.some((feeder) => feeds(feeder.part, topic))
    const tasks = running.tasks().filter((task) => task.partition.topic === topic)
    if (fed && (await hasCaughtUp(env, part, topic, tasks))) {
      for (const task of tasks) task.flush()
      allDone &&= tasks.every((task) => task.idle)
    } else allDone = false
  }
  return allDone
}

const sourcesOf = (part: SubTopology): readonly TopicName[] =>
  part.nodes.flatMap((node) => (node.kind === 'source' ? [node.topic.name] : []))

const feeds = (part: SubTopology, topic: TopicName): boolean =>
  part.nodes.some((node) => node.kind === 'topic-sink' && node.topic.name === topic)

/** Partitions of other members count by what they have committed, which is only asked for where there are such. */
const hasCaughtUp = async (
  env: RuntimeEnvironment,
  part: SubTopology,
  topic: TopicName,
  tasks: readonly Task[],
): Promise<boolean> => {
  const ends = await env.log.ends(topic)
  const own = new Map(tasks.map((task) => [task.partition.partition, task.next]))
  if ([...own].some(([partition, next]) => next < (ends[partition] ?? 0))) return false
  if (own.size === ends.length) return true
  const committed = await env.log.committed(groupOf(env, part))
  const others = committed.filter((each) => each.topic === topic && !own.has(each.partition))
  const taken = new Map(others.map((each) => [each.partition, each.offset]))
  return ends.every((end, partition) => own.has(partition) || end <= (taken.get(partition) ?? 0))
}
