import { Redis } from 'ioredis'
import type { RedisConnection } from './options.ts'
import { deleteIfNotNewerScript, setIfNewerScript } from './stored-value.ts'

/** The client with the scripts, each of which is one round trip. */
export interface RedisClient extends Redis {
  readonly setIfNewer: (key: string, stored: Buffer, ttlMs: number) => Promise<number>
  readonly deleteIfNotNewer: (key: string, removal: string, ttlMs: number) => Promise<number>
}

const longestBackOffMs = 2_000

/** Not connected yet. It connects again by itself, and a call while it is not connected fails at once. */
export const createRedisClient = (connection: RedisConnection): RedisClient => {
  const { url, username, password, ca, connectTimeoutMs, timeoutMs } = connection
  return new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    commandTimeout: timeoutMs,
    // A peer that went without a word: the connection is given up, not only the call.
    socketTimeout: 2 * timeoutMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(longestBackOffMs, 50 * 2 ** Math.min(times, 10)),
    // After a fail-over the name leads to the new primary; the call that failed is not repeated.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    scripts: {
      setIfNewer: { lua: setIfNewerScript, numberOfKeys: 1 },
      deleteIfNotNewer: { lua: deleteIfNotNewerScript, numberOfKeys: 1 },
    },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { tls: { ca } }),
  }) as RedisClient
}
