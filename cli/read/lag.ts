import { decodeNote } from '../../topology/runtime/commit-metadata.ts'
import { noteOwnerOf, plansOf } from '../../topology/runtime/plan.ts'
import { groupOf } from '../../topology/runtime/run-sub-topology.ts'
import type { SubTopology, Topology } from '../../topology/model/topology.ts'
import type { ReadableLog } from './read-topic.ts'

/** How far one sub-topology is with one of its topics, all partitions together. */
export interface Lag {
  readonly subTopology: string
  readonly topic: string
  /** Sum of the end offsets. */
  readonly end: number
  /** Sum of the committed positions. */
  readonly committed: number
  /** Records not yet finished. */
  readonly lag: number
  /** Of those, how many were begun: they stand before a finished one, or in a claimed range. */
  readonly inFlight: number
}

export const lagOf = async (
  log: ReadableLog,
  topology: Topology,
  part: SubTopology,
): Promise<readonly Lag[]> => {
  const committed = await log.committed(groupOf({ topology }, part))
  return Promise.all(
    plansOf(part).map(async (plan) => {
      const { topic } = plan
      const owner = noteOwnerOf(topology.hash, plan)
      const ends = await log.ends(topic.name)
      const sum = {
        subTopology: part.name,
        topic: topic.name,
        end: 0,
        committed: 0,
        lag: 0,
        inFlight: 0,
      }
      for (const [partition, end] of ends.entries()) {
        const entry = committed.find(
          (each) => each.topic === topic.name && each.partition === partition,
        )
        const position = entry?.offset ?? 0
        const note = decodeNote(owner, position, entry?.metadata ?? '')
        const done = note.kind === 'done' ? note.offsets : []
        sum.end += end
        sum.committed += position
        sum.lag += end - position - done.length
        sum.inFlight += note.kind === 'claim' ? note.end - position : begunBefore(position, done)
      }
      return sum
    }),
  )
}

/** Records before the highest finished one that are not finished themselves. */
const begunBefore = (position: number, done: readonly number[]): number => {
  const highest = done.at(-1)
  return highest === undefined ? 0 : highest + 1 - position - done.length
}
