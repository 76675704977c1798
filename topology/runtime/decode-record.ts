import type { StreamRecord, TopicName } from '../model/record.ts'
import type { LogRecord } from '../ports/record-log.ts'
import { Undecodable } from '../ports/schema-registry.ts'
import type { PartEnvironment } from './environment.ts'
import { keyOf } from './record-key.ts'
import { serdeOf } from './serdes.ts'

type Decoded = StreamRecord<unknown> | undefined

/** The record of a topic with its value; undefined for a tombstone and for what is not of the topic's schema. At once, where the schema is known. */
export const decodeRecord = (
  env: PartEnvironment,
  topic: TopicName,
  source: LogRecord,
): Decoded | Promise<Decoded> => {
  const { value, timestamp, headers } = source
  if (!value) return undefined
  const wrap = (decoded: unknown): Decoded => ({
    key: keyOf(source),
    value: decoded,
    timestamp,
    headers,
  })
  try {
    const decoded = serdeOf(env, topic).decode(value)
    return decoded instanceof Promise ? decoded.then(wrap, undecodable) : wrap(decoded)
  } catch (error) {
    return undecodable(error)
  }
}

const undecodable = (error: unknown): undefined => {
  if (!(error instanceof Undecodable)) throw error
}
