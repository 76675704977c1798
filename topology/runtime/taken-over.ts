import type { AssignedPartition } from '../ports/record-log.ts'
import { begunBefore } from './commit-metadata.ts'
import type { PartEnvironment } from './environment.ts'
import type { Plan } from './plan.ts'
import { readNote } from './read-note.ts'

/** What the notes of earlier owners say of partitions that come to this process. */
export const takenOver = (
  { delivery, topology }: Pick<PartEnvironment, 'delivery' | 'topology'>,
  plans: readonly Plan[],
  partitions: readonly AssignedPartition[],
): { readonly restored: number; readonly redone: number } => {
  let restored = 0
  let redone = 0
  for (const { topic, offset, metadata } of partitions) {
    const plan = plans.find((each) => each.topic.name === topic)
    if (!plan || metadata === '') continue
    const note = readNote({ delivery, hash: topology.hash }, plan, { offset, metadata })
    if (note.kind === 'done') restored += note.offsets.length
    redone += begunBefore(offset, note)
  }
  return { restored, redone }
}
