import type { Random } from '../../topology/ports/random.ts'

/** How a Redis is reached: one server, or the one that a proxy stands for. */
export interface RedisConnection {
  /** `redis://host:port/database`, or `rediss://` over TLS; without user and password. */
  readonly url: string
  readonly username?: string
  readonly password?: string
  /** PEM of authorities to trust instead of those of Node. */
  readonly ca?: string
  /** Milliseconds until an attempt to connect is given up. */
  readonly connectTimeoutMs: number
  /** Milliseconds until a call is given up. */
  readonly timeoutMs: number
}

export interface RedisCacheOptions extends RedisConnection {
  /** Put before every key, so that several deployments share a Redis. */
  readonly prefix: string
  /** For times to live, which are shortened by up to a tenth, so that what was set together is not forgotten together. */
  readonly random: Random
  /** Told for people when the Redis goes away and when it is back. */
  readonly notice?: (message: string) => void
}

/**
 * Milliseconds that a guarded removal is remembered. An older value can return only when its record is read again after
 * that, which topics do not do of themselves.
 */
export const tombstoneMs = 30 * 24 * 60 * 60 * 1000
