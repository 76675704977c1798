import type { DeadLetter } from '../../schemas/generated/types.ts'
import type { Topic } from '../../topology/model/topic.ts'
import type { ArchiveView } from './archive-view.ts'
import { readTopic } from './read-topic.ts'

/** A dead letter and where it stands: `id` is `partition-offset`. */
export interface FoundDeadLetter {
  readonly id: string
  readonly letter: DeadLetter
}

export const deadLettersTopic = (view: Pick<ArchiveView, 'topology'>): Topic<DeadLetter> =>
  view.topology.deadLetters as unknown as Topic<DeadLetter>

/** All dead letters, or those from the given offsets on. */
export async function* deadLettersOf(
  view: Pick<ArchiveView, 'topology' | 'log' | 'registry'>,
  from: readonly number[] = [],
): AsyncGenerator<FoundDeadLetter> {
  const records = readTopic(view.log, view.registry, deadLettersTopic(view), from)
  for await (const record of records) {
    yield { id: `${record.partition}-${record.offset}`, letter: record.decoded }
  }
}

/** Dead letters of one cause. */
export interface DeadLetterGroup {
  readonly fingerprint: string
  readonly disposition: string
  readonly code: string
  readonly stage: string
  count: number
  readonly firstId: string
  readonly message: string
}

/** Dead letters by cause, most frequent first. */
export const groupDeadLetters = async (
  letters: AsyncIterable<FoundDeadLetter>,
): Promise<readonly DeadLetterGroup[]> => {
  const groups = new Map<string, DeadLetterGroup>()
  for await (const { id, letter } of letters) {
    const { fingerprint, disposition, code, subTopology, stage, message } = letter
    const group = groups.get(fingerprint)
    if (group) group.count++
    else {
      const at = stage && stage !== subTopology ? `${subTopology}/${stage}` : subTopology
      groups.set(fingerprint, {
        fingerprint,
        disposition,
        code,
        stage: at,
        count: 1,
        firstId: id,
        message,
      })
    }
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
}

/** A dead letter as people and programs read it: bytes of the original record stay out. */
export const printable = ({ id, letter }: FoundDeadLetter) => {
  const { originalKey, originalValue, originalHeaders, ...rest } = letter
  return {
    id,
    ...rest,
    originalKeyBytes: originalKey.length,
    originalValueBytes: originalValue.length,
    originalHeaders: Object.keys(originalHeaders),
  }
}
