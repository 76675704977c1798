import type { Brand } from '../../schemas/brands.ts'

export type TopicName = Brand<string, 'TopicName'>

/** Bytes by name; allow-listed and small. `traceparent` travels here. */
export type Headers = Readonly<Record<string, Uint8Array>>

/** One immutable item of a stream. */
export interface StreamRecord<V> {
  /** The document id, for every topic of this system. */
  readonly key: string
  readonly value: V
  /** Event time, epoch milliseconds. */
  readonly timestamp: number
  readonly headers: Headers
}

/** Where a record stands. Offsets grow, with gaps. */
export interface Position {
  readonly topic: TopicName
  readonly partition: number
  readonly offset: number
}

export interface TopicPartition {
  readonly topic: TopicName
  readonly partition: number
}
