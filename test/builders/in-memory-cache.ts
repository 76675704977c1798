import type { Cache } from '../../topology/ports/cache.ts'

/** A cache for unit tests that forgets nothing and shows its values as text. */
export interface InMemoryCache extends Cache {
  readonly texts: () => Readonly<Record<string, string>>
}

export const inMemoryCache = (): InMemoryCache => {
  const values = new Map<string, { value: Uint8Array; revision: bigint }>()
  return {
    texts: () =>
      Object.fromEntries(
        [...values].map(([key, { value }]) => [key, Buffer.from(value).toString('utf8')]),
      ),
    getMany: async (keys) => keys.map((key) => values.get(key)?.value),
    setMany: async (entries) => {
      for (const { key, value } of entries) values.set(key, { value, revision: 0n })
    },
    setIfNewer: async ({ key, value }, revision) => {
      const known = values.get(key)
      if (known && known.revision >= revision) return false
      values.set(key, { value, revision })
      return true
    },
    deleteIfNotNewer: async (key, revision) => {
      const known = values.get(key)
      if (known && known.revision > revision) return false
      values.delete(key)
      return true
    },
    close: async () => undefined,
  }
}
