import type { LogTransaction } from '../../topology/ports/record-log.ts'
import type { GroupConsumerOptions } from './group-consumer.ts'
import type { Generation, Membership } from './membership.ts'
import type { Names } from './names.ts'
import type { StateStore } from './state-store.ts'

/** What a commit goes under. */
export interface Standing {
  readonly generation: Generation
}

/** What a member of a group needs to commit. */
export interface Committing extends Pick<
  GroupConsumerOptions,
  'group' | 'names' | 'produce' | 'place' | 'placeState'
> {
  readonly membership: Membership
  readonly state: StateStore
  /** The assignment that a commit names, while this member has all of its partitions. */
  readonly standing: (transaction: LogTransaction) => Standing | undefined
}

/** The offsets of a transaction as requests name them. */
export const offsetTopics = (names: Names, { offsets }: LogTransaction) => {
  const grouped = new Map<string, { partition: number; offset: string; metadata: string }[]>()
  for (const { topic, partition, offset, metadata } of offsets) {
    const name = names.topic(topic)
    const partitions = grouped.get(name) ?? []
    grouped.set(name, partitions)
    partitions.push({ partition, offset: String(offset), metadata })
  }
  return [...grouped].map(([topic, partitions]) => ({ topic, partitions }))
}
