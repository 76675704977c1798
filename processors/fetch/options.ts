/** What fetch takes in. */
export interface FetchOptions {
  /** Bytes of one document; larger ones are dead-lettered unread. */
  readonly maxBytes: number
  /** Inflated : packed of one zip entry, counted once `ratioFloorBytes` were inflated. */
  readonly ratio: number
  readonly ratioFloorBytes: number
  /** Entries of a zip whose places are remembered, so that its directory is not read again for each member. */
  readonly rememberedEntries: number
  /** Bytes of inflated entries kept for further members of the same entry (rows of a zipped table). */
  readonly keptBytes: number
  /** Documents that are read at once. */
  readonly concurrency: number
  /** Milliseconds until one attempt counts as timed out. */
  readonly timeoutMs: number
}

const MEBIBYTE = 1024 * 1024

export const defaultFetchOptions: FetchOptions = {
  maxBytes: 256 * MEBIBYTE,
  ratio: 200,
  ratioFloorBytes: MEBIBYTE,
  rememberedEntries: 100_000,
  keptBytes: 64 * MEBIBYTE,
  concurrency: 64,
  timeoutMs: 60_000,
}
