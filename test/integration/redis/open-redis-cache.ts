import { Redis } from 'ioredis'
import { createRedisCache } from '../../../drivers/redis/redis-cache.ts'
import type { RedisCacheOptions } from '../../../drivers/redis/options.ts'
import type { Cache } from '../../../topology/ports/cache.ts'

/** A cache under a prefix of its own. */
export const openRedisCache = (
  url: string,
  changes: Partial<RedisCacheOptions> = {},
): Promise<Cache> =>
  createRedisCache({
    url,
    prefix: `test-${process.pid}:`,
    random: { next: () => 0.5 },
    connectTimeoutMs: 5_000,
    timeoutMs: 5_000,
    ...changes,
  })

/** A client for what the port does not do. */
export const plainClient = (url: string): Redis => new Redis(url, { maxRetriesPerRequest: 0 })

/** Takes `ms` off the time that every key of the prefix has left. */
const passTime = `
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 then redis.call('PEXPIRE', key, left - ARGV[2]) end
end`

export const letTimePass = async (client: Redis, prefix: string, ms: number): Promise<void> => {
  await client.eval(passTime, 0, prefix, ms)
}
