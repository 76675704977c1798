import { existsSync } from 'node:fs'
import { mkdir, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../../topology/ports/clock.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import { encodeInboxFile, fileEnd, inboxName, inboxPath, partEnd } from './inbox-file.ts'

/** Thrown when the process that works on the folder has ended. What was handed in stays in the inbox. */
export class OwnerGone extends Error {}

/** Thrown when the process that works on the folder does not take what was handed in. It stays in the inbox. */
export class NotTaken extends Error {
  constructor(dataDir: string, seconds: number) {
    super(
      `the process that works on ${dataDir} has taken nothing for ${seconds} s; what was handed in lies in its inbox and is published by that process or the next one`,
    )
    this.name = 'NotTaken'
  }
}

export interface HandIn extends Pick<RecordLog, 'produce'> {
  /** Resolves when everything handed in is in the log. */
  readonly settled: () => Promise<void>
}

export interface HandInOptions {
  readonly dataDir: string
  readonly clock: Clock
  /** Whether a process works on the folder. */
  readonly isOwned: () => Promise<boolean>
  /** Tells the files of this process from those of others. */
  readonly name: string
}

/** Files that may wait in the inbox before the next one is written. */
const mostWaiting = 8
const lookMs = 50
const ownerMs = 1_000
const stallMs = 30_000

/**
 * Hands records to the process that works on the data folder, through its inbox. `produce` resolves when they are on the disk
 * and there is room for more; both calls throw {@link OwnerGone} or {@link NotTaken}.
 */
export const createHandIn = ({ dataDir, clock, isOwned, name }: HandInOptions): HandIn => {
  const folder = inboxPath(dataDir)
  let waiting: string[] = []
  let number = 0

  const write = async (text: string): Promise<string> => {
    await mkdir(folder, { recursive: true })
    const path = join(folder, inboxName(clock.now(), name, number++))
    const file = await open(path + partEnd, 'wx')
    try {
      await file.writeFile(text)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(path + partEnd, path + fileEnd)
    return path + fileEnd
  }

  /** Until at most so many files are left. */
  const wait = async (most: number): Promise<void> => {
    let progressAt = clock.now()
    let askedAt = clock.now()
    for (;;) {
      const left = waiting.filter((path) => existsSync(path))
      if (left.length < waiting.length) progressAt = clock.now()
      waiting = left
      if (left.length <= most) return
      if (clock.now() - askedAt >= ownerMs) {
        if (!(await isOwned())) throw new OwnerGone()
        askedAt = clock.now()
      }
      if (clock.now() - progressAt >= stallMs) throw new NotTaken(dataDir, stallMs / 1_000)
      await new Promise<void>((resolve) => void clock.after(lookMs, resolve))
    }
  }

  return {
    produce: async (records) => {
      waiting.push(await write(encodeInboxFile(records)))
      await wait(mostWaiting)
    },
    settled: () => wait(0),
  }
}
