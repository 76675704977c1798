import { decodeText } from '../../formats/charset.ts'
import { decodeEncodedWords } from './encoded-words.ts'

/** A header value with parameters, like Content-Type: `text/plain; charset=utf-8`. */
export interface ParameterisedValue {
  /** Lower case, without comments. */
  readonly value: string
  /** By lower-case name, decoded (RFC 2231 continuations and charsets, and RFC 2047 words as mailers really write). */
  readonly parameters: ReadonlyMap<string, string>
}

/** Parameters read; more are no mail. */
const MOST_PARAMETERS = 100

/** Reads a parameterised header value (RFC 2045 §5.1, RFC 2231); linear, never throws. */
export const parseParameterised = (header: string): ParameterisedValue => {
  const pieces = splitOutsideQuotes(header)
  const raw = new Map<string, string>()
  for (const piece of pieces.slice(1, MOST_PARAMETERS)) {
    const equals = piece.indexOf('=')
    if (equals <= 0) continue
    const name = piece.slice(0, equals).trim().toLowerCase()
    if (!raw.has(name)) raw.set(name, unquote(piece.slice(equals + 1).trim()))
  }
  const value = (pieces[0] ?? '').slice(0, 1000).replace(/\([^)]{0,200}\)/g, '')
  return { value: value.trim().toLowerCase(), parameters: decodeParameters(raw) }
}

const splitOutsideQuotes = (header: string): string[] => {
  const pieces: string[] = []
  let start = 0
  let quoted = false
  for (let index = 0; index < header.length; index += 1) {
    const code = header.charCodeAt(index)
    if (quoted && code === 92) index += 1
    else if (code === 34) quoted = !quoted
    else if (code === 59 && !quoted) {
      pieces.push(header.slice(start, index))
      start = index + 1
    }
  }
  pieces.push(header.slice(start))
  return pieces
}

const unquote = (value: string): string => {
  if (!value.startsWith('"')) return value
  const end = value.length > 1 && value.endsWith('"') ? value.length - 1 : value.length
  return value.slice(1, end).replace(/\\(["\\])/g, '$1')
}

const decodeParameters = (raw: ReadonlyMap<string, string>): Map<string, string> => {
  const decoded = new Map<string, string>()
  for (const [name, value] of raw) {
    const star = name.indexOf('*')
    const base = star === -1 ? name : name.slice(0, star)
    if (star === -1) {
      if (!decoded.has(base)) decoded.set(base, decodeEncodedWords(value))
    } else if (!raw.has(`${base}*0`) && !raw.has(`${base}*0*`)) {
      decoded.set(base, decodeExtended(value))
    } else if (star === name.indexOf('*0')) {
      decoded.set(base, joinContinuations(raw, base))
    }
  }
  return decoded
}

/** `charset'language'percent-encoded`. */
const decodeExtended = (value: string): string => {
  const parts = /^([^']{0,60})'[^']{0,60}'(.*)$/s.exec(value)
  return decodeText(percentBytes(parts?.[2] ?? value), parts?.[1] || 'utf-8').text
}

const joinContinuations = (raw: ReadonlyMap<string, string>, base: string): string => {
  const bytes: Buffer[] = []
  let charset = ''
  for (let index = 0; index < MOST_PARAMETERS; index += 1) {
    const plain = raw.get(`${base}*${index}`)
    let extended = raw.get(`${base}*${index}*`)
    if (plain === undefined && extended === undefined) break
    const head = index === 0 ? /^([^']{0,60})'[^']{0,60}'/.exec(extended ?? '') : null
    if (head !== null) {
      charset = head[1] ?? ''
      extended = extended?.slice(head[0].length)
    }
    bytes.push(plain === undefined ? percentBytes(extended ?? '') : Buffer.from(plain, 'latin1'))
  }
  const joined = decodeText(Buffer.concat(bytes), charset || undefined).text
  return charset === '' ? decodeEncodedWords(joined) : joined
}

const percentBytes = (value: string): Buffer =>
  Buffer.from(
    value.replace(/%([0-9a-fA-F]{2})/g, (_match, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'latin1',
  )
