/**
 * Why a file could not be turned into a document. The list is closed: codes are API, they end up in dead letters.
 *
 * - `empty`: no bytes, or nothing but white space.
 * - `no-text`: readable, but it holds no text (a scanned PDF, a page of pictures).
 * - `unknown-format`: the bytes fit no known format.
 * - `unsupported-format`: a known format without a reader here (a picture, a spreadsheet).
 * - `encrypted`: needs a password or a key.
 * - `broken`: of a known format, but damaged beyond reading.
 * - `too-deep`, `too-many-parts`, `header-too-large`, `too-large`, `too-many-pages`, `expansion`: a limit of
 *   {@link ParseLimits} was reached; `expansion` is the one of bytes that inflate too far.
 */
export type ParseCode =
  | 'empty'
  | 'no-text'
  | 'unknown-format'
  | 'unsupported-format'
  | 'encrypted'
  | 'broken'
  | 'too-deep'
  | 'too-many-parts'
  | 'header-too-large'
  | 'too-large'
  | 'too-many-pages'
  | 'expansion'

/**
 * Thrown inside the parser when a part cannot be read; `parse` and the reader of attachments turn it into a value, it never
 * leaves this folder. `detail` holds figures and format names only, never document text.
 */
export class ParseRefusal extends Error {
  readonly code: ParseCode
  readonly detail: string

  constructor(code: ParseCode, detail: string) {
    super(`${code}: ${detail}`)
    this.name = 'ParseRefusal'
    this.code = code
    this.detail = detail
  }
}
