import type { Clock } from '../../topology/ports/clock.ts'
import type { Random } from '../../topology/ports/random.ts'

export interface QdrantLimits {
  /** Milliseconds until one attempt of a request is given up. */
  readonly attemptMs: number
  /** Milliseconds until a request is given up with all its attempts. */
  readonly deadlineMs: number
  readonly attempts: number
  /** First back-off in milliseconds; doubles up to `backOffMaxMs`, with full jitter. */
  readonly backOffMs: number
  readonly backOffMaxMs: number
}

export const defaultQdrantLimits: QdrantLimits = {
  attemptMs: 10_000,
  deadlineMs: 30_000,
  attempts: 8,
  backOffMs: 50,
  backOffMaxMs: 5_000,
}

/** How a server or cluster is reached. */
export interface QdrantConnection {
  /** `https://host[:port]`, without a path. */
  readonly url: string
  readonly apiKey?: string
  /** Most requests with points at once; further ones wait. */
  readonly connections: number
  readonly limits: QdrantLimits
  readonly clock: Clock
  readonly random: Random
}

/** What a collection is made with. Changing it later takes a rebuild. */
export interface QdrantCollectionOptions {
  /** `scalar` searches bytes instead of floats, a fourth of the memory; `binary` bits. Both rescore with the floats. */
  readonly quantisation: 'none' | 'scalar' | 'binary'
  /** Keeps vectors on the disk, and in memory only what is searched with. */
  readonly onDisk: boolean
  /** One graph per tenant instead of one over all: for many tenants that only search their own. */
  readonly graph: 'shared' | 'per-tenant'
  readonly shards?: number
  readonly replicas?: number
}

export interface QdrantVectorIndexOptions extends QdrantConnection {
  /** Name that searchers use, and the beginning of every other name. Nothing else on the server is touched. */
  readonly prefix: string
  /** The model whose vectors these are: each version has a collection of its own. */
  readonly model: { readonly name: string; readonly version: string }
  readonly dimensions: number
  readonly collection: QdrantCollectionOptions
  /** `weak` for one node; with replicas `medium` or `strong`, as writes in parallel may arrive in another order at each. */
  readonly ordering: 'weak' | 'medium' | 'strong'
  /** `exact` compares with every point. */
  readonly search: 'approximate' | 'exact'
  /** Most points of one request. */
  readonly batchPoints: number
  /** Only looks: makes no collection; one that is not there is empty. */
  readonly readOnly?: boolean
}
