import { z } from 'zod'
import { asUri, type Uri } from '../../schemas/brands.ts'

/** What S3 and MinIO post for a change in a bucket, as far as it is used. Everything else is asked of the store. */
const notice = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      s3: z.object({
        bucket: z.object({ name: z.string() }),
        object: z.object({ key: z.string() }),
      }),
    }),
  ),
})

const created = /^(?:s3:)?ObjectCreated:/

/**
 * URIs of the objects that a notice says are new, each once; undefined when it is no notice. Keys come with `+` for spaces.
 * Removals are passed over: an archive forgets by an erasure, not because a file is gone.
 */
export const createdObjects = (body: string): readonly Uri[] | undefined => {
  try {
    const { Records } = notice.parse(JSON.parse(body))
    const uris = Records.filter(({ eventName }) => created.test(eventName)).map(({ s3 }) => {
      const key = decodeURIComponent(s3.object.key.replaceAll('+', ' '))
      return `s3://${s3.bucket.name}/${key.split('/').map(encodeURIComponent).join('/')}`
    })
    return [...new Set(uris)].map(asUri)
  } catch {
    return undefined
  }
}
