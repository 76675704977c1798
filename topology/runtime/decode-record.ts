import type { StreamRecord, TopicName } from '../model/record.ts'
import type { LogRecord } from '../ports/record-log.ts'
import { Undecodable } from '../ports/schema-registry.ts'
import type { PartEnvironment } from './environment.ts'
import { keyOf } from './record-key.ts'
import { serdeOf } from './serdes.ts'

/** Undefined when there is no value to be had. */
export type Decoded = StreamRecord<unknown> | undefined

/** The record of a topic with its value; undefined for a tombstone and for what is not of the topic's schema. At once, where the schema is known. */
export const decodeRecord = (
  env: PartEnvironment,
  topic: TopicName,
  source: LogRecord,
): Decoded | Promise<Decoded> => {
  if (!source.value) return undefined
  try {
    const decoded = serdeOf(env, topic).decode(source.value)
    return decoded instanceof Promise
      ? decoded.then((value) => withValue(source, value), undecodable)
      : withValue(source, decoded)
  } catch (error) {
    return undecodable(error)
  }
}

const withValue = (source: LogRecord, value: unknown): StreamRecord<unknown> => {
  const { timestamp, headers } = source
  return { key: keyOf(source), value, timestamp, headers }
}

const undecodable = (error: unknown): undefined => {
  if (!(error instanceof Undecodable)) throw error
}
