import type { Cache } from '../../topology/ports/cache.ts'
import { createRedisClient, type RedisClient } from './connect.ts'
import { asRedisFault } from './faults.ts'
import { tombstoneMs, type RedisCacheOptions } from './options.ts'
import { encodeStored, removalOf, valueIn } from './stored-value.ts'

/** By how much a time to live may be shortened. */
const jitter = 0.1

/**
 * The port on a Redis 7 or newer. Does not wait for a Redis that is away: it is looked for in the background, and every call
 * meanwhile throws a `Fault` of kind `dependency-down` at once, or within `timeoutMs`.
 */
export const createRedisCache = async (options: RedisCacheOptions): Promise<Cache> => {
  const { url, prefix, random, notice } = options
  const client = createRedisClient(options)
  tellOf(client, url, notice)
  // Says by itself what is wrong, and goes on trying.
  await client.connect().catch(() => undefined)

  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw asRedisFault(error, url)
    }
  }
  const keyOf = (key: string): string => prefix + key
  const lifeOf = (ttlMs: number | undefined): number =>
    ttlMs === undefined ? 0 : Math.max(1, Math.floor(ttlMs * (1 - jitter * random.next())))

  return {
    getMany: async (keys) => {
      if (keys.length === 0) return []
      return (await asked(() => client.mgetBuffer(keys.map(keyOf)))).map(valueIn)
    },
    setMany: async (entries) => {
      if (entries.length === 0) return
      const batch = client.pipeline()
      for (const { key, value, ttlMs } of entries) {
        const stored = encodeStored(value)
        if (ttlMs === undefined) batch.set(keyOf(key), stored)
        else batch.set(keyOf(key), stored, 'PX', lifeOf(ttlMs))
      }
      await asked(async () => {
        const [failed] = ((await batch.exec()) ?? []).flatMap(([error]) => error ?? [])
        if (failed) throw failed
      })
    },
    setIfNewer: ({ key, value, ttlMs }, revision) =>
      asked(async () => {
        const stored = encodeStored(value, revision)
        return (await client.setIfNewer(keyOf(key), stored, lifeOf(ttlMs))) === 1
      }),
    deleteIfNotNewer: (key, revision) =>
      asked(async () => {
        const removal = removalOf(revision)
        return (await client.deleteIfNotNewer(keyOf(key), removal, tombstoneMs)) === 1
      }),
    close: async () => {
      client.removeAllListeners('close')
      client.disconnect()
    },
  }
}

/** Once when it goes, once when it is back; without a listener the client would write of every attempt. */
const tellOf = (client: RedisClient, url: string, notice: RedisCacheOptions['notice']): void => {
  const place = `Redis at ${new URL(url).host}`
  let away = false
  const gone = (why: string): void => {
    if (!away && client.status !== 'end') notice?.(`${why}; goes on without the cache`)
    away = true
  }
  client.on('error', (error: Error) => {
    const fault = asRedisFault(error, url)
    gone(fault instanceof Error ? fault.message : place)
  })
  client.on('close', () => gone(`${place}: it has closed the connection`))
  client.on('ready', () => {
    if (away) notice?.(`${place} answers again`)
    away = false
  })
}
