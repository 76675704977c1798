import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'

/*
 * Loaded before a command, which then sends itself signals when a moment has come. Told by the process of the tests, they
 * would come too late whenever that is stopped for as long as the command still has to do.
 */

export interface Moment {
  /** The moment is when this folder holds a file that it did not hold at the start, or another one of the same name. */
  readonly folder: string
  /** The second one is sent when the first one was heard. */
  readonly signals: readonly [NodeJS.Signals, NodeJS.Signals?]
}

/** Variable of the environment that holds the {@link Moment}, as JSON. */
export const momentName = 'TEST_SIGNAL_ITSELF'

const everyMs = 2

const inodesIn = (folder: string): readonly number[] => {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return names.map((name) => lstatSync(join(folder, name)).ino)
  } catch {
    return []
  }
}

const watch = ({ folder, signals: [first, second] }: Moment): void => {
  const before = new Set(inodesIn(folder))
  const timer = setInterval(() => {
    if (inodesIn(folder).every((inode) => before.has(inode))) return
    clearInterval(timer)
    if (second) process.once(first, () => setImmediate(() => process.kill(process.pid, second)))
    process.kill(process.pid, first)
  }, everyMs)
  timer.unref()
}

const moment = process.env[momentName]
if (moment !== undefined && isMainThread) watch(JSON.parse(moment) as Moment)
