import type { Codec } from '../../schemas/codec.ts'
import type { TopicName } from './record.ts'

/** A named log, whatever its record type. */
export interface TopicInfo {
  readonly name: TopicName
  readonly codec: Pick<Codec<never>, 'subject' | 'schema' | 'fingerprint'>
  readonly partitions: number
  /** `compact` keeps the last record of every key. */
  readonly cleanup: 'delete' | 'compact'
}

/** A named log with one record type. */
export interface Topic<V> extends TopicInfo {
  readonly codec: Codec<V>
  /** Bytes that a record stands for while it is in flight, besides its own: what is read of the object it points to. */
  readonly weigh?: (value: V) => number
}

export interface TopicOptions<V> {
  readonly weigh?: (value: V) => number
  readonly partitions?: number
  readonly cleanup?: 'delete' | 'compact'
}

/** Declares a topic. Partitions default to 4, clean-up to `delete`. */
export const topic = <V>(
  name: string,
  codec: Codec<V>,
  options: TopicOptions<V> = {},
): Topic<V> => ({
  name: name as TopicName,
  codec,
  partitions: options.partitions ?? 4,
  cleanup: options.cleanup ?? 'delete',
  ...(options.weigh && { weigh: options.weigh }),
})
