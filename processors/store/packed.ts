import type { ChunkSet, PreparedDocument } from '../../schemas/generated/types.ts'

/** An object that is ready to be put. The bytes have a buffer of their own, so that a thread can hand it over. */
export interface PackedObject {
  /** Name in the object store: a function of content and settings. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** An event that lacks only where its objects are, which only the store knows. */
export interface PackedDocument {
  readonly object: PackedObject
  readonly event: Omit<PreparedDocument, 'uri'>
}

export interface PackedChunkSet {
  readonly object: PackedObject
  readonly event: Omit<ChunkSet, 'uri' | 'preparedUri'>
}

/** A prepared document as it goes from the worker thread to the store. */
export interface Packed {
  readonly kind: 'packed'
  readonly prepared: PackedDocument
  /** At least one: a document without text has one set without chunks, so that what an older revision left goes. */
  readonly sets: readonly PackedChunkSet[]
}

/** Where the texts of a document are, and its facts: what goes to the topics. */
export interface StoredDocument {
  readonly prepared: PreparedDocument
  readonly chunkSets: readonly ChunkSet[]
}
