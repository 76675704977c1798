import {
  dataDirOwner,
  DataDirLocked,
  lockDataDir,
} from '../../drivers/embedded/data-dir/lock-data-dir.ts'
import { createHandIn, OwnerGone } from '../../drivers/embedded/inbox/hand-in.ts'
import { takeInbox } from '../../drivers/embedded/inbox/take-inbox.ts'
import { openEmbeddedRecordLogReader } from '../../drivers/embedded/record-log/embedded-record-log-reader.ts'
import { createEmbeddedRecordLog } from '../../drivers/embedded/record-log/embedded-record-log.ts'
import { systemClock as clock } from '../../drivers/system/system-clock.ts'
import type { RecordLog } from '../../topology/ports/record-log.ts'
import { createTopics } from '../../topology/topics.ts'
import type { ReadableLog } from '../read/read-topic.ts'

/** Where events are published to: the log, or a process that works on it. */
export interface PublishTarget extends Pick<RecordLog, 'produce'> {
  /** Resolves when everything that was produced is in the log. */
  readonly settled: () => Promise<void>
  /** Looks into the log; into nothing, where there is none yet. */
  readonly read: <T>(look: (log: ReadableLog) => Promise<T>, nothing: T) => Promise<T>
  /** The process that events are handed to; undefined when this one has the log. */
  readonly owner: () => number | 'silent' | undefined
  readonly close: () => Promise<void>
}

/** A log that this process owns. */
interface Owned {
  readonly log: RecordLog
  readonly close: () => Promise<void>
}

/** Takes the folder and what lies in its inbox. Throws `DataDirLocked` when another process has it. */
const own = async (dataDir: string, partitions: number): Promise<Owned> => {
  const lock = await lockDataDir(dataDir, clock, { brief: true })
  const log = await createEmbeddedRecordLog({ dataDir, clock })
  const close = async (): Promise<void> => {
    await log.close()
    await lock.release()
  }
  try {
    const { topics, deadLetters, ledger } = createTopics(partitions)
    await log.ensureTopics([...Object.values(topics), deadLetters, ledger])
    await takeInbox({ dataDir, log, clock })
    return { log, close }
  } catch (error) {
    await close()
    throw error
  }
}

const ownUnlessLocked = async (
  dataDir: string,
  partitions: number,
): Promise<Owned | DataDirLocked> => {
  try {
    return await own(dataDir, partitions)
  } catch (error) {
    if (error instanceof DataDirLocked) return error
    throw error
  }
}

/**
 * Opens the log of a data folder for publishing. While another process works on the folder, events go to it through the inbox;
 * when that process ends in the middle, this one takes its place.
 */
export const openPublishTarget = async (
  dataDir: string,
  partitions: number,
): Promise<PublishTarget> => {
  const first = await ownUnlessLocked(dataDir, partitions)
  let owned = first instanceof DataDirLocked ? undefined : first
  const owner = first instanceof DataDirLocked ? (first.owner?.pid ?? 'silent') : undefined
  const handIn = createHandIn({
    dataDir,
    clock,
    isOwned: async () => (await dataDirOwner(dataDir, clock)) !== 'nobody',
    name: String(process.pid),
  })

  /** Goes on until it is taken by the process that has the folder, or by this one. */
  const handing = async (work: () => Promise<void>): Promise<void> => {
    for (let next = work; !owned; next = () => handIn.settled()) {
      try {
        return await next()
      } catch (error) {
        if (!(error instanceof OwnerGone)) throw error
        const taken = await ownUnlessLocked(dataDir, partitions)
        if (!(taken instanceof DataDirLocked)) owned = taken
      }
    }
  }

  return {
    produce: (records) =>
      owned ? owned.log.produce(records) : handing(() => handIn.produce(records)),
    settled: () => handing(() => handIn.settled()),
    read: async (look, nothing) => {
      if (owned) return look(owned.log)
      const reader = await openEmbeddedRecordLogReader(dataDir)
      if (!reader) return nothing
      try {
        return await look(reader)
      } finally {
        await reader.close()
      }
    },
    owner: () => (owned ? undefined : owner),
    close: async () => owned?.close(),
  }
}
