/** What of a container is looked at. */
export interface ExpandOptions {
  /** Members of one container; a container with more is refused with `too-large`. */
  readonly maxMembers: number
  /** Inflated bytes up to which an mbox or a table inside a zip is expanded itself; larger ones are one document. */
  readonly maxInnerBytes: number
  /** Inflated : packed of one zip entry, counted once `ratioFloorBytes` were inflated. */
  readonly ratio: number
  readonly ratioFloorBytes: number
  /** Containers that are expanded at once. */
  readonly concurrency: number
  /** Milliseconds until one attempt counts as timed out; it covers the opening, not the reading. */
  readonly timeoutMs: number
}

const MEBIBYTE = 1024 * 1024

export const defaultExpandOptions: ExpandOptions = {
  maxMembers: 50_000_000,
  maxInnerBytes: 64 * MEBIBYTE,
  ratio: 200,
  ratioFloorBytes: MEBIBYTE,
  concurrency: 2,
  timeoutMs: 60_000,
}
