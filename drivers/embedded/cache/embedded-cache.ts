import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Cache, CacheEntry } from '../../../topology/ports/cache.ts'
import { maxKeyBytes, openEnvironment, tableOf } from '../lmdb/open-environment.ts'
import { createWriteQueue } from '../lmdb/write-queue.ts'
import { decodeEntry, encodeEntry, type StoredEntry } from './cache-entry.ts'
import { createLeastRecentlyUsed } from '../../../topology/model/least-recently-used.ts'
import { cacheDefaults, type EmbeddedCacheOptions } from './options.ts'

/** Bytes that an entry takes in memory besides its value, roughly. */
const overheadBytes = 100

/** Entries looked at by one transaction of a sweep. */
const sweepSlice = 2000

const keyOf = (key: string): Buffer => {
  const bytes = Buffer.from(`k${key}`)
  if (bytes.length <= maxKeyBytes) return bytes
  return Buffer.from(`h${createHash('sha256').update(key).digest('hex')}`)
}

/** Values in memory, over values in one LMDB environment that outlive the process. */
export const createEmbeddedCache = (given: EmbeddedCacheOptions): Cache => {
  const options = { ...cacheDefaults, ...given }
  const { clock } = options
  const environment = openEnvironment(join(options.dataDir, 'cache'))
  const table = tableOf(environment, 'entries')
  const queue = createWriteQueue({ environment, dependency: 'cache' })
  const recent = createLeastRecentlyUsed<StoredEntry>(
    options.memoryBytes,
    (entry) => (entry.value?.length ?? 0) + overheadBytes,
  )
  let sweeping = false

  const isAlive = (entry: StoredEntry): boolean => entry.expiresAt > clock.now()

  const read = (key: string): StoredEntry | undefined => {
    const known = recent.get(key)
    if (known) return known
    const stored = table.get(keyOf(key))
    if (!stored) return undefined
    const entry = decodeEntry(stored)
    recent.set(key, entry)
    return entry
  }

  const readAlive = (key: string): StoredEntry | undefined => {
    const entry = read(key)
    return entry && isAlive(entry) ? entry : undefined
  }

  /** Inside a transaction. Memory forgets the key; the next read finds what became durable. */
  const store = (key: string, entry: StoredEntry): void => {
    recent.remove(key)
    table.putSync(keyOf(key), encodeEntry(entry))
  }

  const entryOf = ({ value, ttlMs }: CacheEntry, revision?: bigint): StoredEntry => ({
    value,
    revision,
    expiresAt: ttlMs === undefined ? Infinity : clock.now() + ttlMs,
  })

  /** Inside a transaction: what is stored, past memory, which may show what is undone yet. */
  const storedRevision = (key: string): bigint | undefined => {
    const stored = table.get(keyOf(key))
    const entry = stored && decodeEntry(stored)
    return entry && isAlive(entry) ? entry.revision : undefined
  }

  /** Inside a transaction. False where what is stored is as new or newer. */
  const storeIfNewer = (entry: CacheEntry, revision: bigint): boolean => {
    const stored = storedRevision(entry.key)
    if (stored !== undefined && stored >= revision) return false
    store(entry.key, entryOf(entry, revision))
    return true
  }

  const sweepFrom = (start: Uint8Array, everything: boolean): Uint8Array | undefined => {
    const entries = [...table.getRange({ start, limit: sweepSlice })]
    for (const { key, value } of entries) {
      const entry = decodeEntry(value)
      if (!isAlive(entry) || (everything && entry.revision === undefined)) table.removeSync(key)
    }
    const last = entries.length === sweepSlice ? entries.at(-1) : undefined
    return last && Buffer.concat([last.key, Buffer.from([0])])
  }

  /** Forgets what has expired, and when that is not enough, everything that was set without a revision. */
  const sweep = async (everything: boolean): Promise<void> => {
    let from: Uint8Array | undefined = Buffer.alloc(0)
    while (from) {
      const start: Uint8Array = from
      from = await queue.write(() => sweepFrom(start, everything))
    }
    if (everything) recent.clear()
  }

  const isTooLarge = (): boolean =>
    (table.getStats() as { readonly entryCount: number }).entryCount > options.maxEntries

  const sweepWhenTooLarge = async (): Promise<void> => {
    if (sweeping || !isTooLarge()) return
    sweeping = true
    try {
      await sweep(false)
      if (isTooLarge()) await sweep(true)
    } finally {
      sweeping = false
    }
  }

  return {
    getMany: async (keys) => keys.map((key) => readAlive(key)?.value ?? undefined),
    setMany: async (entries) => {
      await queue.write(() => entries.forEach((entry) => store(entry.key, entryOf(entry))))
      await sweepWhenTooLarge()
    },
    setIfNewer: (entry, revision) => queue.write(() => storeIfNewer(entry, revision)),
    deleteIfNotNewer: (key, revision) =>
      queue.write(() => {
        const stored = storedRevision(key)
        if (stored !== undefined && stored > revision) return readAlive(key)?.value == null
        store(key, { value: null, revision, expiresAt: Infinity })
        return true
      }),
    close: async () => {
      await queue.close()
      await environment.close()
    },
  }
}
