import { createS3ObjectStore } from '../../../drivers/s3/s3-object-store.ts'
import {
  defaultS3Limits,
  type S3Limits,
  type S3ObjectStoreOptions,
} from '../../../drivers/s3/options.ts'
import type { ObjectStore } from '../../../topology/ports/object-store.ts'
import { createAwakeClock } from '../../builders/awake-clock.ts'

/** Short, so that a store that says nothing is given up soon. */
export const shortLimits: S3Limits = {
  ...defaultS3Limits,
  idleMs: 150,
  deadlineMs: 3_000,
  attempts: 4,
  backOffMs: 1,
  backOffMaxMs: 2,
}

/** A connection whose limits no stop of the machine uses up. */
export const connectionTo = (endpoint: string, limits: S3Limits = defaultS3Limits) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKey: 'test-user', secretKey: 'test-secret' },
  connections: 8,
  limits,
  clock: createAwakeClock(),
  random: { next: () => 0.5 },
})

export const openStore = (
  endpoint: string,
  options: Partial<S3ObjectStoreOptions> = {},
): Promise<ObjectStore> =>
  createS3ObjectStore({
    ...connectionTo(endpoint),
    bucket: 'bucket',
    prefix: 'archive',
    conditionalWrites: 'required',
    ...options,
  })
