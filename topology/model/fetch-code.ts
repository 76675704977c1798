import type { Disposition } from '../../schemas/generated/types.ts'

/**
 * Why a document could not be fetched. The list is closed: codes are API, they end up in dead letters.
 *
 * - `uri-invalid`, `uri-not-allowed`: malformed; or of another scheme, outside the allowed roots, with `..` in it.
 * - `not-found`, `entry-missing`, `range-outside`: the file, the zip entry or the stretch is not there (any more).
 * - `not-readable`, `not-a-file`: permission; a directory or a device.
 * - `entry-name`: a zip entry that cannot be told by its name: it is absolute, has `..` or NUL, or is another entry's name.
 * - `too-large`: more bytes than allowed. `expansion`: a zip entry inflates too far.
 * - `checksum-mismatch`: the bytes are not those the event speaks of.
 * - `container-broken`: a truncated or damaged zip. `encrypted`: a zip entry with a password.
 */
export type FetchCode =
  | 'uri-invalid'
  | 'uri-not-allowed'
  | 'not-found'
  | 'entry-missing'
  | 'range-outside'
  | 'entry-name'
  | 'not-readable'
  | 'not-a-file'
  | 'too-large'
  | 'expansion'
  | 'checksum-mismatch'
  | 'container-broken'
  | 'encrypted'

/** What an operator can do about each code. */
export const dispositionOf: Readonly<Record<FetchCode, Disposition>> = {
  'uri-invalid': 'VALIDATION',
  'uri-not-allowed': 'NOT_ALLOWED',
  'not-found': 'NOT_FOUND',
  'entry-missing': 'NOT_FOUND',
  'range-outside': 'NOT_FOUND',
  'entry-name': 'VALIDATION',
  'not-readable': 'NOT_ALLOWED',
  'not-a-file': 'VALIDATION',
  'too-large': 'OVERSIZE',
  expansion: 'OVERSIZE',
  'checksum-mismatch': 'VALIDATION',
  'container-broken': 'UNREADABLE',
  encrypted: 'ENCRYPTED',
}

/** Thrown inside fetch and expand when a document cannot be had; becomes a dead letter. The message names no path. */
export class FetchRefusal extends Error {
  readonly code: FetchCode

  constructor(code: FetchCode, message: string) {
    super(message)
    this.name = 'FetchRefusal'
    this.code = code
  }
}
