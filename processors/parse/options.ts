/** What `parse` reads before it gives a file up. Every limit is counted over the whole file, attachments included. */
export interface ParseLimits {
  /** Nested multiparts and messages, and containers inside them. */
  readonly depth: number
  /** MIME parts. */
  readonly parts: number
  /** Bytes of one header block. */
  readonly headerBytes: number
  /** UTF-16 units of canonical text. */
  readonly characters: number
  /** Bytes of a file; larger ones are refused unread. */
  readonly bytes: number
  /** Inflated : packed, counted once {@link ParseLimits.ratioFloorBytes} were inflated. */
  readonly ratio: number
  readonly ratioFloorBytes: number
  /** Entries of one zip. */
  readonly zipEntries: number
  /** Inflated bytes, of all zips of the file together. */
  readonly inflatedBytes: number
  readonly pages: number
  /** XML that is read, in bytes: of all parts of all Office files of the file together. */
  readonly xmlBytes: number
  /** Rows and cells of spreadsheets, filled or not; the text ends there, with the warning `cells-capped`. */
  readonly cells: number
  /** Open HTML or XML elements at once. */
  readonly elementDepth: number
  /** Participants kept; further ones are left out with the warning `participants-capped`. */
  readonly participants: number
}

export interface ParseOptions {
  /** Detect the language of each document (`eld`, extra small data set, loaded on the first use). Default `true`. */
  readonly language: boolean
  /** CPU milliseconds that one document may take before its worker is killed. */
  readonly deadlineMs: number
  readonly limits: ParseLimits
}

const MEBIBYTE = 1024 * 1024

/** The defaults follow Tika's, tightened where mail never needs as much. */
export const defaultParseOptions: ParseOptions = {
  language: true,
  deadlineMs: 20_000,
  limits: {
    depth: 32,
    parts: 10_000,
    headerBytes: 2 * MEBIBYTE,
    characters: 32 * MEBIBYTE,
    bytes: 256 * MEBIBYTE,
    ratio: 200,
    ratioFloorBytes: MEBIBYTE,
    zipEntries: 5_000,
    inflatedBytes: 512 * MEBIBYTE,
    pages: 5_000,
    xmlBytes: 64 * MEBIBYTE,
    cells: 1_000_000,
    elementDepth: 1_000,
    participants: 2_000,
  },
}
