import type { Config } from '../../config/schema.ts'
import type { RedisFacts } from '../../drivers/redis/look-at-redis.ts'
import { Fault } from '../../topology/model/failure.ts'
import { redisConnectionOf } from '../service-options.ts'
import { ok, wrong, type Check } from './check.ts'

/** Whether the Redis of the cache answers, takes writes, and forgets rather than refuse when it is full. */
export const cacheCheck = (config: Config): Check => ({
  name: 'cache',
  look: async () => {
    const { lookAtRedis } = await import('../../drivers/redis/look-at-redis.ts')
    try {
      const facts = await lookAtRedis(redisConnectionOf(config), config.redis.prefix)
      return neverForgets(config, facts)
        ? wrong(describe(facts), 'set summaries.ttlMs, or another maxmemory-policy')
        : ok(describe(facts))
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return wrong(
        error.message,
        'put this right; without its cache the pipeline works, and readers ask the objects',
      )
    }
  },
})

const describe = ({ version, maxMemory, policy, role }: RedisFacts): string => {
  const limit = maxMemory === 0 ? 'no limit' : `${Math.floor(maxMemory / 1024 / 1024)} MiB`
  return `version ${version}, ${role}, memory ${limit}, when full ${policy}`
}

const neverForgets = ({ summaries }: Config, { maxMemory, policy }: RedisFacts): boolean =>
  summaries.ttlMs === 0 && maxMemory > 0 && /^(?:noeviction|volatile-)/.test(policy)
