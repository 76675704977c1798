import { Client } from 'minio'
import type { Uri } from '../../schemas/brands.ts'
import { createS3Keys } from './keys.ts'
import type { S3ObjectStoreOptions } from './options.ts'

/** The longest that signatures of S3 hold. */
export const longestPresignSeconds = 7 * 24 * 60 * 60

/**
 * A URL by which anybody may read one object of the store until it expires. Asks the store nothing: the object need not be
 * there. Throws `RangeError` when the URI is of no object of this store.
 */
export const presignedUrl = (
  options: Omit<S3ObjectStoreOptions, 'conditionalWrites'>,
  uri: Uri,
  seconds: number,
  now: Date,
): Promise<string> => {
  const { endpoint, region, credentials, bucket, prefix } = options
  const { protocol, hostname, port } = new URL(endpoint)
  const where = {
    endPoint: hostname,
    useSSL: protocol === 'https:',
    ...(port && { port: Number(port) }),
  }
  const client = new Client({ ...where, ...credentials, region })
  const key = createS3Keys(bucket, prefix).keyOfUri(uri)
  return client.presignedUrl('GET', bucket, key, seconds, {}, now)
}
