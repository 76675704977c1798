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

/** A call that takes longer shows a disk that is not for reading at once: a network folder, a disk that must spin up. */
const slowMs = 5
const restMs = 10_000

/** Calls at once as long as the disk is quick; after a slow one, waiting calls for a while. `now` is in milliseconds. */
export const createFileCalls = (
  now: () => number = () => performance.now(),
  quick: FileCalls = atOnce,
): (() => FileCalls) => {
  let slowUntil = -Infinity
  const timed =
    <A extends readonly unknown[], T>(call: (...args: A) => T) =>
    (...args: A): T => {
      const startedAt = now()
      try {
        return call(...args)
      } finally {
        const endedAt = now()
        if (endedAt - startedAt > slowMs) slowUntil = endedAt + restMs
      }
    }
  const watched: FileCalls = {
    open: timed(quick.open),
    close: timed(quick.close),
    fstat: timed(quick.fstat),
    stat: timed(quick.stat),
    realpath: timed(quick.realpath),
    read: timed(quick.read),
  }
  return () => (now() < slowUntil ? waiting : watched)
}
