import {
  close,
  closeSync,
  fstat,
  fstatSync,
  open,
  openSync,
  read,
  readSync,
  realpath,
  realpathSync,
  stat,
  statSync,
  type Stats,
} from 'node:fs'
import { promisify } from 'node:util'

type Maybe<T> = T | Promise<T>

/** What reading a file asks of the system. Descriptors, not file handles: a third of the cost per small file. */
export interface FileCalls {
  readonly open: (path: string, flags: number) => Maybe<number>
  readonly close: (descriptor: number) => Maybe<void>
  readonly fstat: (descriptor: number) => Maybe<Stats>
  readonly stat: (path: string) => Maybe<Stats>
  readonly realpath: (path: string) => Maybe<string>
  /** Fills the buffer from `position` on; answers the bytes there were. */
  readonly read: (descriptor: number, buffer: Buffer, position: number) => Maybe<number>
}

const readLater = promisify(read)

/** On a thread of Node's: however long the disk takes, everything else goes on. */
const waiting: FileCalls = {
  open: promisify(open),
  close: promisify(close),
  fstat: promisify(fstat),
  stat: promisify(stat),
  realpath: promisify(realpath.native),
  read: async (descriptor, buffer, position) =>
    (await readLater(descriptor, buffer, 0, buffer.length, position)).bytesRead,
}

/** At once: a tenth of the CPU time of waiting, and everything else stands still meanwhile. */
const atOnce: FileCalls = {
  open: openSync,
  close: closeSync,
  fstat: fstatSync,
  stat: statSync,
  realpath: realpathSync.native,
  read: (descriptor, buffer, position) => readSync(descriptor, buffer, 0, buffer.length, position),
}

/**
 * Calls looked at together, and the milliseconds they may take: more shows a disk that is not for reading at once (a network
 * folder, a disk that must spin up). Several, as a single call also takes long when the scheduler interrupts it.
 */
const watchedCalls = 32
const slowMs = 64
const restMs = 10_000

/** A piece that is waited for however quick the disk. */
const largeBytes = 1024 * 1024

/** Calls at once as long as the disk is quick; once it is not, waiting calls for a while. `now` is in milliseconds. */
export const createFileCalls = (
  now: () => number = () => performance.now(),
  quick: FileCalls = atOnce,
): (() => FileCalls) => {
  const taken = new Float64Array(watchedCalls)
  let next = 0
  let sum = 0
  let slowUntil = -Infinity
  const note = (endedAt: number, ms: number): void => {
    sum += ms - taken[next]!
    taken[next] = ms
    next = (next + 1) % watchedCalls
    if (sum <= slowMs) return
    slowUntil = endedAt + restMs
    taken.fill(0)
    sum = 0
  }
  const timed =
    <A extends readonly unknown[], T>(call: (...args: A) => T) =>
    (...args: A): T => {
      const startedAt = now()
      try {
        return call(...args)
      } finally {
        const endedAt = now()
        note(endedAt, endedAt - startedAt)
      }
    }
  const readAtOnce = timed(quick.read)
  const watched: FileCalls = {
    open: timed(quick.open),
    close: timed(quick.close),
    fstat: timed(quick.fstat),
    stat: timed(quick.stat),
    realpath: timed(quick.realpath),
    read: (descriptor, buffer, position) =>
      (buffer.length > largeBytes ? waiting.read : readAtOnce)(descriptor, buffer, position),
  }
  return () => (now() < slowUntil ? waiting : watched)
}
