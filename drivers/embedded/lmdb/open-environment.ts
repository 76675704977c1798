import { accessSync, constants, existsSync, mkdirSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { open } from 'lmdb'
import { Fault } from '../../../topology/model/failure.ts'
import { mappedBytes } from './mapped-bytes.ts'
import { createRenewedRoot, type ByteTable, type KeyOrder } from './renewed-root.ts'

export type { ByteTable } from './renewed-root.ts'

/** One LMDB environment: one folder, one writer, transactions over all its tables. */
export interface Environment {
  /** Undefined when the environment is read-only and nobody has made the table yet. */
  readonly table: (name: string, keys?: KeyOrder) => ByteTable | undefined
  /**
   * Runs `work` in one write transaction; resolved with what it returned once that is synced to the disk. When `work` or
   * the disk throws, nothing is written. The sync runs on a thread of lmdb's; only `work` itself runs on this one.
   */
  readonly transact: <T>(work: () => T) => Promise<T>
  /** Lets the next read see what another process has committed. */
  readonly refresh: () => void
  readonly close: () => Promise<void>
}

/** Longest key that lmdb takes with pages of 4 KiB. */
export const maxKeyBytes = 1978

/** Milliseconds to wait for the cause of a failed commit. */
const commitErrorMs = 1000

/** Milliseconds that closing may take after a failed commit: lmdb may then wait for a sync that never comes. */
const closeMs = 1000

const leastFreeBytes = 1024 * 1024

export interface EnvironmentOptions {
  /** Opens what is there without ever writing. Throws when there is nothing. */
  readonly readOnly?: boolean
  /** Bytes read and written until mapped memory is given back. */
  readonly renewEveryBytes?: number
  /** Bytes of files that this process may have mapped until some of it is given back sooner. */
  readonly mostMappedBytes?: number
  /** Bytes of files that this process has mapped; the system says it when absent. */
  readonly mappedBytes?: () => number
}

const defaultRenewEveryBytes = 8 * 1024 * 1024

/** Node's own program is some 45 MB of it. */
const defaultMostMappedBytes = 64 * 1024 * 1024

/**
 * Bytes that the map reaches beyond the file. Where the file outgrows it, lmdb maps the file once more and keeps both maps until it
 * is closed: what was read by both counts twice.
 */
const mapAheadBytes = 64 * 1024 * 1024

const bytesOf = (path: string): number =>
  statSync(join(path, 'data.mdb'), { throwIfNoEntry: false })?.size ?? 0

const ignore = (): void => undefined

/** lmdb hides what went wrong with a commit behind a promise inside the error. */
const causeOf = async (error: unknown): Promise<unknown> => {
  const { commitError } = error as { readonly commitError?: Promise<never> }
  if (commitError === undefined) return error
  const late = new Promise<unknown>((resolve) => setTimeout(resolve, commitErrorMs, error))
  return Promise.race([commitError.catch((cause: unknown) => cause), late])
}

/** Resolves when the work is settled, or after `ms`. */
const atMost = async (ms: number, work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([work, late])
  clearTimeout(timer)
}

/** Opening maps files into memory, and touching a map that the disk has no room for would kill the process. */
const requireRoom = (path: string): void => {
  const { bavail, bsize } = statfsSync(path)
  if (bavail * bsize < leastFreeBytes)
    throw new Fault('fatal', 'disk', `no space is left on the disk of ${path}`)
}

/** What lmdb says of a folder that it may not write names neither the folder nor the reason. */
const requireWritable = (path: string): void => {
  try {
    mkdirSync(path, { recursive: true })
    const files = ['data.mdb', 'lock.mdb'].map((name) => join(path, name)).filter(existsSync)
    for (const each of [path, ...files]) accessSync(each, constants.W_OK)
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw new Fault('fatal', 'disk', `${path} cannot be written: ${code}`, error)
  }
}

/**
 * Opens the environment in the folder `path`, made when missing. Throws a `Fault` of kind `fatal` when the disk is full or the
 * folder cannot be written.
 */
export const openEnvironment = (path: string, options: EnvironmentOptions = {}): Environment => {
  const readOnly = options.readOnly ?? false
  if (!readOnly) {
    requireWritable(path)
    requireRoom(path)
  }
  const openRoot = () =>
    open<Uint8Array, Uint8Array>({
      path,
      readOnly,
      ...(!readOnly && { mapSize: bytesOf(path) + mapAheadBytes }),
      noSubdir: false,
      maxDbs: 16,
      // Transactions are whole here; and a batch of a turn whose commit fails rejects a promise that nobody can hear.
      eventTurnBatching: false,
      encoding: 'binary',
      keyEncoding: 'binary',
    })
  const { root: rootNow, ...renewed } = createRenewedRoot(openRoot, {
    everyBytes: readOnly ? Infinity : (options.renewEveryBytes ?? defaultRenewEveryBytes),
    mostMapped: options.mostMappedBytes ?? defaultMostMappedBytes,
    mapped: options.mappedBytes ?? mappedBytes,
  })
  // A reader that was killed holds pages back until somebody notices.
  if (!readOnly) rootNow().readerCheck()
  let failed = false
  let running = 0
  return {
    table: renewed.table,
    transact: async (work) => {
      const root = rootNow()
      running += 1
      // A child, because only that is undone when `work` throws.
      const done = root.childTransaction(work)
      // lmdb rejects this promise too when a commit fails; unheard, that would end the process.
      root.committed.then(ignore, ignore)
      try {
        const result = await done
        await root.flushed
        // Whatever went wrong before, the disk takes what is written.
        failed = false
        running -= 1
        await renewed.renewWhenDue(() => running === 0 && !failed)
        return result
      } catch (error) {
        failed = true
        running -= 1
        throw await causeOf(error)
      }
    },
    refresh: () => rootNow().resetReadTxn(),
    close: () => (failed ? atMost(closeMs, rootNow().close()) : rootNow().close()),
  }
}

/** The table, of an environment that is open for writing. */
export const tableOf = (environment: Environment, name: string): ByteTable => {
  const table = environment.table(name)
  if (!table) throw new Error(`table ${name} could not be made`)
  return table
}
