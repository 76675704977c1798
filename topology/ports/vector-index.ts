import type { DocumentId, TenantId, Uri } from '../../schemas/brands.ts'

/** Vectors with a small payload, searched by cosine. Upserts never bring an older revision back. */
export interface VectorIndex {
  /** Durable once resolved. A point whose stored revision is equal or newer stays as it is. */
  readonly upsert: (points: readonly VectorPoint[]) => Promise<void>
  /** Removes the points of each document that are older than its revision, and remembers it: no older point may return. */
  readonly removeOlder: (revisions: ReadonlyMap<DocumentId, bigint>) => Promise<void>
  /** Removes every point of each document up to and including its revision. */
  readonly removeDocuments: (revisions: ReadonlyMap<DocumentId, bigint>) => Promise<void>
  /** All of a batch in one step that is durable as a whole or not at all. Left out where the index has no such step. */
  readonly bring?: (changes: VectorChanges) => Promise<void>
  /** Best first; ties by id. */
  readonly search: (query: VectorQuery) => Promise<readonly VectorMatch[]>
  /** Points with any of the terms, those with rare ones and with many of them first; ties by id. */
  readonly searchTerms: (query: TermQuery) => Promise<readonly VectorMatch[]>
  readonly count: () => Promise<number>
  /** All points in id order, for export and checks. */
  readonly scan: () => AsyncIterable<VectorPoint>
  readonly close: () => Promise<void>
}

/** What a batch brings: first `points`, then `older` as for `removeOlder`, then `documents` as for `removeDocuments`. */
export interface VectorChanges {
  readonly points: readonly VectorPoint[]
  readonly older: ReadonlyMap<DocumentId, bigint>
  readonly documents: ReadonlyMap<DocumentId, bigint>
}

/** A new index, filled beside the one that is in use. */
export interface VectorIndexRebuild {
  readonly index: VectorIndex
  /**
   * Puts the new index in the place of the old one, in one step. Answers whether others may have written to the old one
   * meanwhile: then what they wrote is to be brought to `index` as well.
   */
  readonly putInPlace: () => Promise<'others-wrote' | 'nobody-wrote'>
  /** Removes whichever of the two is not in place, and ends `index`. */
  readonly close: () => Promise<void>
}

export interface VectorPoint {
  /** UUID of model, document and chunk ordinal: the same chunk of a newer revision replaces the older one. */
  readonly id: string
  readonly vector: Float32Array
  /** The words of the chunk; a point without them is found by its vector only. */
  readonly terms?: TermWeights
  readonly payload: VectorPayload
}

/** Words by hash, each once, ascending, and what each of them weighs in its text. Equal in number. */
export interface TermWeights {
  readonly terms: Uint32Array
  readonly weights: Float32Array
}

export interface VectorPayload {
  readonly tenantId: TenantId
  readonly documentId: DocumentId
  readonly revision: bigint
  readonly chunkId: string
  /** Ordinal of the chunk in the document. */
  readonly ordinal: number
  readonly chunkSetUri: Uri
  /** Media type of the document. */
  readonly type: string
  /** Epoch milliseconds. */
  readonly sentAt?: number
}

export interface VectorQuery {
  readonly vector: Float32Array
  readonly limit: number
  readonly filter?: VectorFilter
}

export interface TermQuery {
  /** Words by hash, each once. */
  readonly terms: Uint32Array
  readonly limit: number
  readonly filter?: VectorFilter
}

export interface VectorFilter {
  readonly tenantId?: TenantId
  readonly documentId?: DocumentId
  readonly type?: string
  /** Inclusive, epoch milliseconds. */
  readonly sentFrom?: number
  readonly sentTo?: number
}

export interface VectorMatch {
  readonly id: string
  /** Cosine similarity; of a search by terms the sum of weight times rarity. */
  readonly score: number
  readonly payload: VectorPayload
}
