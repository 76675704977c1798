import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TopicName } from '../../../topology/model/record.ts'
import type { RecordLog, TopicSpec } from '../../../topology/ports/record-log.ts'
import { openEnvironment } from '../lmdb/open-environment.ts'
import { logPath } from './embedded-record-log.ts'
import {
  openLogTables,
  readCommitted,
  readEnd,
  readGroups,
  readRecords,
  readTopics,
  stateKey,
} from './log-tables.ts'

/** Looks at a log from any process, while its owner works or after it ended. Never writes. */
export interface RecordLogReader extends Pick<RecordLog, 'ends' | 'committed' | 'read' | 'close'> {
  readonly topics: () => Promise<readonly TopicSpec[]>
  /** Groups that have ever had a member. */
  readonly groups: () => Promise<readonly string[]>
  readonly readState: (group: string, key: string) => Promise<Uint8Array | undefined>
}

/** Opens the log of a data folder for looking at; undefined when none has been written there yet. */
export const openEmbeddedRecordLogReader = async (
  dataDir: string,
): Promise<RecordLogReader | undefined> => {
  const path = logPath(dataDir)
  if (!existsSync(join(path, 'data.mdb'))) return undefined
  const environment = openEnvironment(path, { readOnly: true })
  const tables = openLogTables(environment)
  if (!tables) {
    await environment.close()
    return undefined
  }
  const find = (name: TopicName) => readTopics(tables).find((topic) => topic.name === name)
  const fresh = async <T>(look: () => T): Promise<T> => {
    environment.refresh()
    return look()
  }
  return {
    topics: () => fresh(() => readTopics(tables)),
    groups: () => fresh(() => readGroups(tables)),
    ends: (name) =>
      fresh(() => {
        const topic = find(name)
        return Array.from({ length: topic?.partitions ?? 0 }, (_, partition) =>
          readEnd(tables, topic?.id ?? 0, partition),
        )
      }),
    committed: (group) => fresh(() => readCommitted(tables, group)),
    read: ({ topic, partition }, offset, limit) =>
      fresh(() => {
        const id = find(topic)?.id ?? 0
        return readRecords(tables, id, partition, offset, { records: limit, bytes: Infinity })
          .records
      }),
    readState: (group, key) => fresh(() => tables.state.get(stateKey(group, key))),
    close: () => environment.close(),
  }
}
