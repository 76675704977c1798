import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../../topology/ports/clock.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import { decodeInboxFile, fileEnd, inboxPath, partEnd } from './inbox-file.ts'

export interface InboxOptions {
  /** Its lock is held by this process. */
  readonly dataDir: string
  readonly log: Pick<RecordLog, 'produce'>
  readonly clock: Clock
  /** Told of each file that cannot be taken, once, by its name. It stays. */
  readonly onRefused?: (name: string) => void
}

/** Milliseconds after which a file that was begun is one that a killed process left. */
const abandonedMs = 3_600_000

const namesIn = (folder: string): Promise<readonly string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })

/**
 * Puts what is in the inbox into the log. A file goes only when its records are durable: killed in between, they come twice,
 * which changes nothing, as ids and revisions are in them. Answers how many records there were.
 */
export const takeInbox = async (options: InboxOptions): Promise<number> => {
  const folder = inboxPath(options.dataDir)
  let taken = 0
  for (const name of [...(await namesIn(folder))].sort()) {
    const path = join(folder, name)
    if (name.endsWith(partEnd)) await sweep(path, options.clock)
    if (!name.endsWith(fileEnd)) continue
    const records = await recordsIn(path)
    if (records === 'gone') continue
    if (records === 'unreadable') {
      options.onRefused?.(name)
      continue
    }
    await options.log.produce(records)
    await rm(path, { force: true })
    taken += records.length
  }
  return taken
}

const recordsIn = async (path: string) => {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone'
    throw error
  }
  try {
    return decodeInboxFile(text)
  } catch {
    return 'unreadable'
  }
}

const sweep = async (path: string, clock: Clock): Promise<void> => {
  const found = await stat(path).catch(() => undefined)
  if (found && clock.now() - found.mtimeMs > abandonedMs) await rm(path, { force: true })
}

export interface WatchedInbox {
  /** Takes nothing more; resolves when what was begun is done. */
  readonly stop: () => Promise<void>
}

/** How often the inbox is looked into, milliseconds. A system's own notices differ too much to be relied on. */
const everyMs = 200

/** Takes what comes into the inbox until stopped. A look that fails is told to `onError`, and followed by the next one. */
export const watchInbox = (
  options: InboxOptions & { readonly onError: (error: unknown) => void },
): WatchedInbox => {
  const refused = new Set<string>()
  const onRefused = (name: string): void => {
    if (!refused.has(name)) options.onRefused?.(name)
    refused.add(name)
  }
  let stopped = false
  let cancel = (): void => {}
  let looking: Promise<unknown> = Promise.resolve()
  const look = (): void => {
    looking = takeInbox({ ...options, onRefused })
      .catch(options.onError)
      .finally(() => {
        if (!stopped) cancel = options.clock.after(everyMs, look)
      })
  }
  look()
  return {
    stop: async () => {
      stopped = true
      cancel()
      await looking
    },
  }
}
