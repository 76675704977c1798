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
  const records = readTopic(view.log, view.registry, deadLettersTopic(view), { from })
  for await (const record of records) {
    yield { id: `${record.partition}-${record.offset}`, letter: record.decoded }
  }
}

/** What the dead letters of one line may have in common; a fingerprint stands for one cause. */
export const deadLetterGroupings = [
  'fingerprint',
  'disposition',
  'code',
  'stage',
  'tenant',
] as const
export type DeadLetterGrouping = (typeof deadLetterGroupings)[number]

/** Dead letters with something in common. The other members are those of the first letter. */
export interface DeadLetterGroup {
  count: number
  readonly fingerprint: string
  readonly disposition: string
  readonly code: string
  readonly stage: string
  readonly tenant: string
  readonly firstId: string
  /** Where the document of the first letter was read from. */
  readonly firstUri: string | null
  readonly message: string
}

/** A group and its first letter, as long as it is not known where that came from. */
export type FirstOfGroup = Omit<DeadLetterGroup, 'firstUri'> & { readonly first: FoundDeadLetter }

/** `prepare/parse`, or the sub-topology alone where it is no stage that failed. */
export const placeOf = ({ subTopology, stage }: DeadLetter): string =>
  stage && stage !== subTopology ? `${subTopology}/${stage}` : subTopology

/** Dead letters by what they have in common, most frequent first. */
export const groupDeadLetters = async (
  letters: AsyncIterable<FoundDeadLetter>,
  by: DeadLetterGrouping = 'fingerprint',
): Promise<readonly FirstOfGroup[]> => {
  const groups = new Map<string, FirstOfGroup>()
  for await (const found of letters) {
    const { id, letter } = found
    const { fingerprint, disposition, code, message } = letter
    const stage = placeOf(letter)
    const tenant = letter.tenantId ?? '-'
    const key = { fingerprint, disposition, code, stage, tenant }[by]
    const group = groups.get(key)
    if (group) group.count++
    else {
      const same = { fingerprint, disposition, code, stage, tenant, message }
      const first = { count: 1, ...same, firstId: id }
      groups.set(key, { ...first, first: found })
    }
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
}

/** A dead letter as people and programs read it: bytes of the original record stay out. */
export const printable = ({ id, letter }: FoundDeadLetter, uri: string | undefined) => {
  const { originalKey, originalValue, originalHeaders, ...rest } = letter
  return {
    id,
    uri: uri ?? null,
    ...rest,
    originalKeyBytes: originalKey.length,
    originalValueBytes: originalValue.length,
    originalHeaders: Object.keys(originalHeaders),
  }
}
