import type { Clock } from '../../topology/ports/clock.ts'
import type { Random } from '../../topology/ports/random.ts'

export interface S3Credentials {
  readonly accessKey: string
  readonly secretKey: string
  /** Of credentials that expire. */
  readonly sessionToken?: string
}

/** How an endpoint is reached. */
export interface S3Connection {
  /** `https://host[:port]`, without a path. */
  readonly endpoint: string
  readonly region: string
  /** Requests are not signed without them. */
  readonly credentials?: S3Credentials
  /** PEM of authorities to trust instead of those of Node. */
  readonly ca?: string
  /** Most connections at once; further requests wait for one. */
  readonly connections: number
  readonly limits: S3Limits
  readonly clock: Clock
  readonly random: Random
}

export interface S3Limits {
  /** Milliseconds without an answer, or without a byte of it, until an attempt is given up. */
  readonly idleMs: number
  /** Milliseconds until a call is given up with all its attempts; one more second for every {@link slowestBytesPerSecond}. */
  readonly deadlineMs: number
  /** Attempts in a row that bring nothing until a call is given up. */
  readonly attempts: number
  /** First back-off in milliseconds; doubles up to `backOffMaxMs`, with full jitter. */
  readonly backOffMs: number
  readonly backOffMaxMs: number
}

export const defaultS3Limits: S3Limits = {
  idleMs: 5_000,
  deadlineMs: 15_000,
  attempts: 8,
  backOffMs: 50,
  backOffMaxMs: 5_000,
}

/** Transfers slower than this are given up: they would hold a partition up for hours. */
export const slowestBytesPerSecond = 1024 * 1024

export interface S3ObjectStoreOptions extends S3Connection {
  readonly bucket: string
  /** Folder of the bucket that is the store's, without slashes at its ends. Nothing outside it is touched. */
  readonly prefix: string
  /**
   * What happens where the store does not do conditional writes, which {@link createS3ObjectStore} finds out:
   * - `required`: it refuses to work;
   * - `preferred`: an object is looked for before it is written and read back afterwards. Two processes that write one name
   *   at the same instant are then told apart only if their bytes differ, and only after one has overwritten the other.
   */
  readonly conditionalWrites: 'required' | 'preferred'
  /** Set on every object that is written, for rules of the bucket. */
  readonly tags?: Readonly<Record<string, string>>
  /** Only looks: does not find out about conditional writes. Nothing may be put. */
  readonly readOnly?: boolean
  /** Told once, for people, when the store is used without conditional writes. */
  readonly notice?: (message: string) => void
}

export interface S3SourceStoreOptions {
  /** Endpoints of `minio://host:port/bucket/key`; the first one is also that of `s3://bucket/key`. */
  readonly connections: readonly S3Connection[]
  /** What may be read, with everything below: `s3://bucket/folder/`, `minio://host:port/bucket/folder/`. Nothing else is. */
  readonly roots: readonly string[]
  /** Most bytes of one piece. */
  readonly pieceBytes?: number
}
