import type { Config } from '../config/schema.ts'
import { createEmbeddedCache } from '../drivers/embedded/cache/embedded-cache.ts'
import { systemClock as clock } from '../drivers/system/system-clock.ts'
import { systemRandom as random } from '../drivers/system/system-random.ts'
import type { Cache } from '../topology/ports/cache.ts'
import { redisConnectionOf } from './service-options.ts'

/** The cache of the profile. Hold the lock of the data folder first where it is embedded. */
export const openCache = async (
  config: Config,
  dataDir: string,
  notice?: (message: string) => void,
): Promise<Cache> => {
  if (config.drivers.cache === 'embedded') return createEmbeddedCache({ dataDir, clock })
  const { createRedisCache } = await import('../drivers/redis/redis-cache.ts')
  return createRedisCache({
    ...redisConnectionOf(config),
    prefix: config.redis.prefix,
    random,
    ...(notice && { notice }),
  })
}
