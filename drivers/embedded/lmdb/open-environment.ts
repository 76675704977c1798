import { mkdirSync } from 'node:fs'
import { open, type Database, type RootDatabase } from 'lmdb'

/** A table of bytes by bytes. Keys are compared as bytes, at most {@link maxKeyBytes} of them. */
export type ByteTable = Database<Uint8Array, Uint8Array>

/** One LMDB environment: one folder, one writer, transactions over all its tables. */
export interface Environment {
  /** Undefined when the environment is read-only and nobody has made the table yet. */
  readonly table: (name: string) => ByteTable | undefined
  /**
   * Runs `work` in one write transaction and returns once it is synced to the disk; when `work` or the disk throws,
   * nothing is written.
   */
  readonly transact: <T>(work: () => T) => T
  /** Lets the next read see what another process has committed. */
  readonly refresh: () => void
  readonly close: () => Promise<void>
}

/** Longest key that lmdb takes with pages of 4 KiB. */
export const maxKeyBytes = 1978

export interface EnvironmentOptions {
  /** Opens what is there without ever writing. Throws when there is nothing. */
  readonly readOnly?: boolean
}

/**
 * Opens the environment in the folder `path`, made when missing.
 *
 * Transactions run synchronously: lmdb's asynchronous ones report a full disk as an uncaught exception, and a
 * synchronous one costs half the CPU. Whoever writes often gathers writes in a `WriteQueue`.
 */
export const openEnvironment = (path: string, options: EnvironmentOptions = {}): Environment => {
  const readOnly = options.readOnly ?? false
  if (!readOnly) mkdirSync(path, { recursive: true })
  const root: RootDatabase<Uint8Array, Uint8Array> = open({
    path,
    readOnly,
    noSubdir: false,
    maxDbs: 16,
    encoding: 'binary',
    keyEncoding: 'binary',
  })
  return {
    table: (name) =>
      root.openDB<Uint8Array, Uint8Array>({ name, encoding: 'binary', keyEncoding: 'binary' }) as
        ByteTable | undefined,
    transact: (work) => root.transactionSync(work),
    refresh: () => root.resetReadTxn(),
    close: () => root.close(),
  }
}

/** The table, of an environment that is open for writing. */
export const tableOf = (environment: Environment, name: string): ByteTable => {
  const table = environment.table(name)
  if (!table) throw new Error(`table ${name} could not be made`)
  return table
}
