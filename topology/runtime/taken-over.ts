import type { AssignedPartition } from '../ports/record-log.ts'
import { begunBefore, decodeNote } from './commit-metadata.ts'
import { noteOwnerOf, type Plan } from './plan.ts'

/** What the notes of earlier owners say of partitions that come to this process. */
export const takenOver = (
  topologyHash: string,
  plans: readonly Plan[],
  partitions: readonly AssignedPartition[],
): { readonly restored: number; readonly redone: number } => {
  let restored = 0
  let redone = 0
  for (const { topic, offset, metadata } of partitions) {
    const plan = plans.find((each) => each.topic.name === topic)
    if (!plan || metadata === '') continue
    const note = decodeNote(noteOwnerOf(topologyHash, plan), offset, metadata)
    if (note.kind === 'done') restored += note.offsets.length
    redone += begunBefore(offset, note)
  }
  return { restored, redone }
}
