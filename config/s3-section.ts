import { z } from 'zod'
import { option, optional, positive, section, secrets } from './option.ts'

const endpoint = z
  .string()
  .regex(/^https?:\/\/[^\s/@?#]+$/, 'expected http(s)://host:port without user and path')
const bucket = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'expected the name of a bucket')
const place = z
  .string()
  .regex(
    /^(?:s3:\/\/|minio:\/\/[a-z0-9][a-z0-9.:-]*\/)[a-z0-9][a-z0-9.-]*[a-z0-9](?:\/(?!(?:.*\/)?\.{1,2}(?:\/|$))[^?#]*)?$/,
    'expected s3://bucket/folder or minio://host:port/bucket/folder',
  )

/** How an object store with the API of S3 is reached, for objects and for sources. */
export const s3Section = section({
  endpoint: optional(
    endpoint,
    'Address of the store: https://s3.eu-central-1.amazonaws.com, http://127.0.0.1:9000.',
  ),
  region: option(
    z.string().regex(/^[A-Za-z0-9-]+$/, 'expected the name of a region'),
    'us-east-1',
    'Region of the buckets; part of every signature.',
  ),
  credentials: secrets(
    'Under the names access-key and secret-key, and session-token where credentials expire; webhook-token is what publish --listen asks of senders. From the environment or *_FILE only. Requests are not signed without them.',
  ),
  caFile: optional(
    z.string().min(1),
    'PEM file of authorities to trust; those of Node when left out.',
  ),
  bucket: optional(bucket, 'Bucket of the objects; it must be there.'),
  prefix: option(
    z
      .string()
      .regex(
        /^[A-Za-z0-9_-][\w.-]*(?:\/[A-Za-z0-9_-][\w.-]*)*$/,
        'expected folder names between slashes',
      ),
    'archive-streams',
    'Folder of the bucket that is ours; nothing outside it is touched.',
  ),
  conditionalWrites: option(
    z.enum(['required', 'preferred']),
    'required',
    'What happens where the store does not heed If-None-Match and If-Match, which is found out at the start: it is refused, or objects are looked for before they are written.',
  ),
  tags: option(
    z
      .record(z.string().min(1).max(128), z.string().max(256))
      .refine((tags) => Object.keys(tags).length <= 10, 'expected at most 10 tags'),
    {},
    'Tags of every object that is written, for rules of the bucket on retention, cost and access.',
  ),
  sources: option(
    z.array(place),
    [],
    'What may be read, with everything below: s3://bucket/folder at the endpoint, minio://host:port/bucket/folder there. Nothing else in any bucket is.',
  ),
  sourceEndpoints: option(
    z.array(endpoint),
    [],
    'Further endpoints that minio: sources may be at; reached with the same credentials.',
  ),
  connections: option(positive, 32, 'Most connections at once to one bucket.'),
  idleMs: option(
    positive,
    5_000,
    'Milliseconds without an answer, or a byte of it, until an attempt is given up.',
  ),
  deadlineMs: option(
    positive,
    15_000,
    'Milliseconds until a call is given up with all its attempts, and tried again by the stage; every MiB may take a second more. At most half of the time-outs of fetch, store and summaries, which would take a store that hangs for a document that does.',
  ),
  attempts: option(positive, 8, 'Attempts of one call that bring nothing until it is given up.'),
})
