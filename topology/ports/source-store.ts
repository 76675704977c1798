import type { Uri } from '../../schemas/brands.ts'

/** Where archived files are read from; only under what the profile allows. */
export interface SourceStore {
  /** Size and time of the file behind the URI, fragment ignored. */
  readonly stat: (uri: Uri) => Promise<SourceStat>
  /** Bytes of the file, or of the half-open byte range, in pieces. Fragment ignored. */
  readonly read: (
    uri: Uri,
    range?: { readonly start: number; readonly end: number },
  ) => AsyncIterable<Uint8Array>
}

export interface SourceStat {
  readonly bytes: number
  /** Epoch milliseconds. */
  readonly modifiedAt: number
}

export type SourceErrorCode =
  'not-found' | 'not-readable' | 'not-a-file' | 'uri-not-allowed' | 'uri-invalid'

/** Thrown when a source cannot be read and trying again will not help. The message holds the code, not the path. */
export class SourceError extends Error {
  readonly code: SourceErrorCode

  constructor(code: SourceErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'SourceError'
    this.code = code
  }
}
