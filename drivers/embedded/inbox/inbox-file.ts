import { join } from 'node:path'
import type { Headers, TopicName } from '../../../topology/model/record.ts'
import type { ProduceRecord } from '../../../topology/ports/record-log.ts'

/**
 * The inbox of a data folder: records that one process hands to the one that works on the folder. A file that is there is not yet in
 * the log, a file that is gone is. Files appear whole, by a rename, and are taken in the order of their names.
 */
export const inboxPath = (dataDir: string): string => join(dataDir, 'inbox')

/** Files that are written have this end, and get the other one by the rename. */
export const partEnd = '.part'
export const fileEnd = '.json'

/** Names sort by time, then by process, then by number. */
export const inboxName = (at: number, process: string, number: number): string =>
  `${String(at).padStart(15, '0')}-${process}-${String(number).padStart(9, '0')}`

/** Grows when the content changes in a way that an older version cannot read: the second one has headers. */
const versions = { plain: 1, withHeaders: 2 } as const

interface InboxContent {
  readonly version: number
  readonly records: readonly {
    readonly topic: string
    readonly key: string
    readonly value: string | null
    readonly timestamp: number
    readonly headers?: Readonly<Record<string, string>>
  }[]
}

export const encodeInboxFile = (records: readonly ProduceRecord[]): string => {
  const hasHeaders = records.some(({ headers }) => Object.keys(headers).length > 0)
  const content: InboxContent = {
    version: hasHeaders ? versions.withHeaders : versions.plain,
    records: records.map(({ topic, key, value, timestamp, headers }) => ({
      topic,
      key: Buffer.from(key).toString('base64'),
      value: value && Buffer.from(value).toString('base64'),
      timestamp,
      ...(hasHeaders && { headers: encodeHeaders(headers) }),
    })),
  }
  return JSON.stringify(content)
}

/** Throws when the text is not of {@link encodeInboxFile}, or of a later version of it. */
export const decodeInboxFile = (text: string): readonly ProduceRecord[] => {
  const content = JSON.parse(text) as InboxContent
  const known: readonly number[] = Object.values(versions)
  if (!known.includes(content.version))
    throw new Error(`an inbox file of version ${content.version}`)
  return content.records.map(({ topic, key, value, timestamp, headers }) => ({
    topic: topic as TopicName,
    key: Buffer.from(key, 'base64'),
    value: value === null ? null : Buffer.from(value, 'base64'),
    timestamp,
    headers: decodeHeaders(headers ?? {}),
  }))
}

const encodeHeaders = (headers: Headers): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
  )

const decodeHeaders = (headers: Readonly<Record<string, string>>): Headers =>
  Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [name, Buffer.from(text, 'base64')]),
  )
