import type { CommittedOffset, Delivery } from '../ports/record-log.ts'
import { decodeAnyNote, decodeNote, type CommitNote } from './commit-metadata.ts'
import { noteOwnerOf, type Plan } from './plan.ts'

/** Who reads commit metadata. */
export interface NoteReader {
  readonly delivery: Delivery
  /** Hash of the topology that runs. */
  readonly hash: string
}

/**
 * What the metadata of a commit means to a source. What another topology finished is done again, which the same ids make
 * harmless. Not where each output is to be there once: then a record that is done is done, as one below the position is.
 */
export const readNote = (
  { delivery, hash }: NoteReader,
  plan: Plan,
  { offset, metadata }: Pick<CommittedOffset, 'offset' | 'metadata'>,
): CommitNote =>
  delivery === 'exactly-once'
    ? decodeAnyNote(offset, metadata)
    : decodeNote(noteOwnerOf(hash, plan), offset, metadata)
