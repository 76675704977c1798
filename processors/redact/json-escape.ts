/** What one stretch of the source reads as, and where it ends. */
export interface Reading {
  readonly end: number
  readonly text: string
  readonly lossy: boolean
}

/** What stands for a character of its own behind a backslash, in strings of JSON (RFC 8259 §7) and of most programs. */
const NAMED: Readonly<Record<string, string>> = { n: '\n', r: '\n', t: '\t', '/': '/' }
const BY_NUMBER = /\\u([0-9A-Fa-f]{4})/y

const CODES = new Set([...Object.keys(NAMED), 'u'].map((name) => name.charCodeAt(0)))

/** A unit behind a backslash that may make an escape with it. */
export const mayBeEscaped = (code: number): boolean => CODES.has(code)

/**
 * The escape whose backslash is at `at`. Where a path has a backslash before a letter this reads it wrongly, so it is lossy.
 * Halves of pairs and control characters stay as they are written.
 */
export const readJsonEscape = (text: string, at: number): Reading | undefined => {
  const named = NAMED[text.charAt(at + 1)]
  if (named !== undefined) return { end: at + 2, text: named, lossy: true }
  BY_NUMBER.lastIndex = at
  const match = BY_NUMBER.exec(text)
  const code = match ? Number.parseInt(match[1]!, 16) : 0
  if (code < 32 || (code >= 0xd800 && code < 0xe000)) return undefined
  return { end: BY_NUMBER.lastIndex, text: String.fromCharCode(code), lossy: true }
}
