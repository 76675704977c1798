import { createRedisClient } from './connect.ts'
import { asRedisFault } from './faults.ts'
import type { RedisConnection } from './options.ts'

/** What there is to know of a Redis before it is used. */
export interface RedisFacts {
  readonly version: string
  /** Bytes; 0 when there is no limit. */
  readonly maxMemory: number
  readonly policy: string
  readonly role: string
}

/** Asks a Redis about itself. Throws a `Fault` that says what is wrong when it does not answer, or takes no writes. */
export const lookAtRedis = async (
  connection: RedisConnection,
  prefix: string,
): Promise<RedisFacts> => {
  const client = createRedisClient({ ...connection })
  let first: Error | undefined
  client.on('error', (error: Error) => void (first ??= error))
  try {
    await client.connect()
    const text = await client.info()
    const fact = (name: string): string =>
      new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(text)?.[1] ?? ''
    await client.deleteIfNotNewer(`${prefix}.doctor`, `${'0'.repeat(20)}-`, 1_000)
    return {
      version: fact('valkey_version') || fact('redis_version'),
      maxMemory: Number(fact('maxmemory')),
      policy: fact('maxmemory_policy'),
      role: fact('role'),
    }
  } catch (error) {
    throw asRedisFault(first ?? error, connection.url)
  } finally {
    client.disconnect()
  }
}
