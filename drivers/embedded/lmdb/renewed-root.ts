import type { Database, RangeIterable, RangeOptions, RootDatabase } from 'lmdb'
import { Fault } from '../../../topology/model/failure.ts'

type Bytes = Uint8Array

/** A table of bytes by bytes. Keys are compared as bytes. */
export interface ByteTable {
  readonly get: (key: Bytes) => Bytes | undefined
  readonly doesExist: (key: Bytes) => boolean
  readonly getRange: (options?: RangeOptions) => Iterable<{ key: Bytes; value: Bytes }>
  readonly getKeys: (options?: RangeOptions) => Iterable<Bytes>
  readonly getStats: () => object
  readonly putSync: (key: Bytes, value: Bytes) => void
  /** For a key above all there are: pages are filled to the end. Throws for another one. */
  readonly appendSync: (key: Bytes, value: Bytes) => void
  readonly removeSync: (key: Bytes) => void
}

/**
 * In which order keys are written. `ascending`: one page after the other is filled, as in a log. `any`, as of hashes: every
 * write may touch a page of its own.
 */
export type KeyOrder = 'ascending' | 'any'

/** An LMDB environment that is closed and opened again now and then. */
export interface RenewedRoot {
  /** Throws a transient `Fault` while it is being renewed. */
  readonly root: () => RootDatabase<Bytes, Bytes>
  /** Undefined when the environment is read-only and nobody has made the table yet. */
  readonly table: (name: string, keys?: KeyOrder) => ByteTable | undefined
  /** Nothing is renewed while something is being written or waits for its sync, which `idle` tells. */
  readonly renewWhenDue: (idle: () => boolean) => Promise<void>
}

/** What a look at a key that may be anywhere brings into memory, roughly: its page, and up to 64 KiB that the system maps around it. */
const pageBytes = 16384

/** When an environment is closed and opened again. */
export interface RenewWhen {
  /** Bytes read and written since it was opened. */
  readonly everyBytes: number
  /** Bytes of files that this process may have mapped: above it, an eighth of `everyBytes` is enough. */
  readonly mostMapped: number
  /** See `mappedBytes`. */
  readonly mapped: () => number
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * LMDB maps its file into memory, and every page that was ever touched counts as memory of this process for as long as the
 * map lasts: a log of gigabytes would. So after some bytes read and written the file is closed and opened again, some
 * milliseconds of work; what is needed again comes from the system's cache. How much a read brings into memory is not known
 * (the system maps pages around it, too), so what is mapped is looked at as well.
 */
export const createRenewedRoot = (
  open: () => RootDatabase<Bytes, Bytes>,
  when: RenewWhen,
): RenewedRoot => {
  const lookEvery = when.everyBytes / 8
  let current: RootDatabase<Bytes, Bytes> | undefined = open()
  const tables = new Map<string, Database<Bytes, Bytes>>()
  let touched = 0
  let nextLook = lookEvery

  const isDue = (): boolean => {
    if (touched >= when.everyBytes) return true
    if (touched < nextLook) return false
    nextLook = touched + lookEvery
    return when.mapped() > when.mostMapped
  }

  const root = (): RootDatabase<Bytes, Bytes> => {
    if (current) return current
    throw new Fault('transient', 'lmdb', 'the file is being opened again')
  }

  const openTable = (name: string): Database<Bytes, Bytes> | undefined => {
    const opened = root()
    const known = tables.get(name)
    if (known) return known
    const made = opened.openDB<Bytes, Bytes>({
      name,
      encoding: 'binary',
      keyEncoding: 'binary',
    }) as Database<Bytes, Bytes> | undefined
    if (made) tables.set(name, made)
    return made
  }

  const tableNow = (name: string): Database<Bytes, Bytes> => {
    const table = openTable(name)
    if (!table) throw new Error(`table ${name} is gone`)
    return table
  }

  const count = (bytes: number): void => void (touched += bytes)

  function* counted(
    entries: RangeIterable<{ key: Bytes; value: Bytes }>,
  ): Generator<{ key: Bytes; value: Bytes }> {
    for (const entry of entries) {
      count(entry.value.length)
      yield entry
    }
  }

  const asByteTable = (name: string, keys: KeyOrder): ByteTable => ({
    get: (key) => {
      count(pageBytes)
      return tableNow(name).get(key)
    },
    doesExist: (key) => {
      count(pageBytes)
      return tableNow(name).doesExist(key)
    },
    getRange: (options) => counted(tableNow(name).getRange(options)),
    getKeys: (options) => tableNow(name).getKeys(options),
    getStats: () => tableNow(name).getStats(),
    putSync: (key, value) => {
      count(keys === 'ascending' ? value.length : value.length + pageBytes)
      tableNow(name).putSync(key, value)
    },
    // New pages are written past the map; they are in it once they are read.
    appendSync: (key, value) => tableNow(name).putSync(key, value, { append: true }),
    removeSync: (key) => void tableNow(name).removeSync(key),
  })

  /** A table is not seen by a read that began before it was opened: all are opened at once, before anybody reads. */
  const openAgain = (): void => {
    const names = [...tables.keys()]
    tables.clear()
    current = open()
    names.forEach(openTable)
  }

  /** Between two turns of the event loop, so that hardly anybody gets to read or write while the file is closed. */
  const renew = async (idle: () => boolean): Promise<void> => {
    await nextTurn()
    if (!idle()) return
    const closing = root()
    current = undefined
    touched = 0
    nextLook = lookEvery
    await closing.close()
    openAgain()
  }

  return {
    root,
    table: (name, keys = 'any') => (openTable(name) ? asByteTable(name, keys) : undefined),
    renewWhenDue: async (idle) => {
      if (isDue()) await renew(idle)
    },
  }
}
