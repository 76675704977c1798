import {
  defaultQdrantLimits,
  type QdrantVectorIndexOptions,
} from '../../../drivers/qdrant/options.ts'
import type { RedisCacheOptions } from '../../../drivers/redis/options.ts'
import { defaultS3Limits, type S3ObjectStoreOptions } from '../../../drivers/s3/options.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import { systemRandom } from '../../../drivers/system/system-random.ts'
import { s3AddressOf } from '../../services/s3.ts'
import { dimensions } from './events.ts'

export const bucket = 'proof'

/** How everybody of the proof reaches the store, by a URL with the user in it. */
export const storeOptions = (url: string): S3ObjectStoreOptions => {
  const { endpoint, ...credentials } = s3AddressOf(url)
  return {
    endpoint,
    credentials,
    bucket,
    prefix: 'sinks',
    region: 'us-east-1',
    connections: 16,
    limits: { ...defaultS3Limits, idleMs: 1_000, deadlineMs: 8_000 },
    clock: systemClock,
    random: systemRandom,
    conditionalWrites: 'required',
  }
}

export const redisOptions = (url: string): RedisCacheOptions => ({
  url,
  prefix: 'proof:',
  random: systemRandom,
  connectTimeoutMs: 1_000,
  timeoutMs: 500,
})

/** Of the model and the vectors of `events.ts`. */
export const qdrantOptions = (url: string): QdrantVectorIndexOptions => ({
  url,
  connections: 4,
  limits: { ...defaultQdrantLimits, attemptMs: 2_000, deadlineMs: 8_000 },
  clock: systemClock,
  random: systemRandom,
  prefix: 'proof',
  model: { name: 'proof', version: '1' },
  dimensions,
  collection: { quantisation: 'none', onDisk: false, graph: 'shared' },
  ordering: 'weak',
  search: 'exact',
  batchPoints: 64,
})
