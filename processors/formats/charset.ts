import { TextDecoder } from 'node:util'
import { isAscii, isUtf8 } from 'node:buffer'
import { analyse } from 'chardet'

/** Text from bytes, and what was odd about the bytes. */
export interface DecodedText {
  readonly text: string
  /** `charset-unknown`: the label means nothing; `charset-guessed`: no label fits; `charset-broken`: bytes replaced, or NULs in the text. */
  readonly warning?: 'charset-unknown' | 'charset-guessed' | 'charset-broken'
}

/**
 * The 32 characters in which windows-1252 differs from ISO-8859-1 (WHATWG Encoding, index windows-1252). Kept here because
 * `TextDecoder('windows-1252')` of Node 20 to 23 decodes them as ISO-8859-1.
 */
const WINDOWS_1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178'

/** Bytes that chardet looks at. */
const SAMPLE_BYTES = 2048
/** Below this share of 8-bit bytes they are signs, not letters (a pound, a dash): windows-1252. */
const FEWEST_TELLING = 0.004
/** chardet's answer is used from this confidence on, else windows-1252. */
const TRUSTED_CONFIDENCE = 20

const decoders = new Map<string, TextDecoder | undefined>()

const decoderOf = (label: string): TextDecoder | undefined => {
  if (!decoders.has(label)) {
    if (decoders.size > 500) decoders.clear()
    decoders.set(label, openDecoder(label))
  }
  return decoders.get(label)
}

const openDecoder = (label: string): TextDecoder | undefined => {
  try {
    return new TextDecoder(label)
  } catch {
    return undefined
  }
}

const decodeWindows1252 = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80] ?? '')

/** Modified base64 runs between `+` and `-` (RFC 2152). */
const decodeUtf7 = (bytes: Buffer): string =>
  bytes.toString('latin1').replace(/\+([A-Za-z0-9+/]*)-?/g, (_run, base64: string) => {
    if (base64 === '') return '+'
    const units = Buffer.from(base64, 'base64')
    return units
      .subarray(0, units.length & ~1)
      .swap16()
      .toString('utf16le')
  })

/** Labels that say nothing, or that the WHATWG list lacks. */
const ALIASES: Readonly<Record<string, string>> = {
  cp932: 'shift_jis',
  'x-sjis-jp': 'shift_jis',
  'windows-31j': 'shift_jis',
  gb2312_charset: 'gb2312',
  chinesebig5: 'big5',
  'big5-tw': 'big5',
  'ks_c_5601-1987': 'euc-kr',
  cp949: 'euc-kr',
  latin1: 'windows-1252',
  cp1252: 'windows-1252',
  cp1251: 'windows-1251',
  cp850: 'ibm850',
}

/**
 * Decodes bytes under a declared charset label as mail really uses it: a label that means nothing is replaced by a guess,
 * `us-ascii` with 8-bit bytes too, ISO-8859-1 means windows-1252 (WHATWG). Never throws; broken sequences become U+FFFD.
 */
export const decodeText = (bytes: Buffer, label?: string): DecodedText => {
  const decoded = decode(bytes, label)
  return decoded.warning === undefined && decoded.text.includes('\0')
    ? { ...decoded, warning: 'charset-broken' }
    : decoded
}

const decode = (bytes: Buffer, label?: string): DecodedText => {
  const name = normaliseLabel(label)
  if (name.startsWith('iso-2022') || name === 'hz-gb-2312') return decodeNamed(bytes, name)
  if (name === 'utf-7') return { text: decodeUtf7(bytes) }
  if (name.startsWith('utf-16') || name.startsWith('utf-32')) return decodeWide(bytes, name)
  if (isAscii(bytes) && !bytes.includes(0x1b)) return { text: bytes.toString('latin1') }
  const marked = decodeByteOrderMark(bytes)
  if (marked !== undefined) return { text: marked }
  if (name === '' || name === 'us-ascii') return guess(bytes)
  if (name === 'utf-8') return decodeUtf8(bytes)
  return decodeNamed(bytes, name)
}

const normaliseLabel = (label: string | undefined): string => {
  if (label === undefined) return ''
  const name = label.trim().toLowerCase()
  if (name === 'ascii' || name === 'us_ascii' || name === '7bit') return 'us-ascii'
  if (name === 'utf8' || name === 'utf_8' || name === 'unicode-1-1-utf-8') return 'utf-8'
  if (name === 'unicode-1-1-utf-7' || name === 'utf7') return 'utf-7'
  return ALIASES[name] ?? name
}

const decodeUtf8 = (bytes: Buffer): DecodedText =>
  isUtf8(bytes)
    ? { text: bytes.toString('utf8') }
    : { text: bytes.toString('utf8'), warning: 'charset-broken' }

const decodeNamed = (bytes: Buffer, name: string): DecodedText => {
  const decoder = decoderOf(name)
  if (decoder === undefined) return { ...guess(bytes), warning: 'charset-unknown' }
  if (decoder.encoding === 'windows-1252') return { text: decodeWindows1252(bytes) }
  const text = decoder.decode(bytes)
  return text.includes('\ufffd') ? { text, warning: 'charset-broken' } : { text }
}

/** UTF-16 and UTF-32 labels; UTF-32 is not in the WHATWG list. A label that the bytes contradict is guessed. */
const decodeWide = (bytes: Buffer, name: string): DecodedText => {
  const marked = decodeByteOrderMark(bytes)
  if (marked !== undefined) return { text: marked }
  return name.startsWith('utf-16') && bytes.includes(0) ? decodeNamed(bytes, name) : guess(bytes)
}

/** The mark is the code point of the same number in both orders. */
const BYTE_ORDER_MARK = 0xfeff

/** `undefined` where no UTF-32 begins; what is no code point becomes U+FFFD. */
const decodeUtf32 = (bytes: Buffer): string | undefined => {
  if (bytes.length < 4) return undefined
  const little = bytes.readUInt32LE(0) === BYTE_ORDER_MARK
  if (!little && bytes.readUInt32BE(0) !== BYTE_ORDER_MARK) return undefined
  let text = ''
  for (let at = 4; at + 4 <= bytes.length; at += 4) {
    const code = little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
    text += isScalar(code) ? String.fromCodePoint(code) : '\ufffd'
  }
  return text
}

const isScalar = (code: number): boolean => code < 0xd800 || (code > 0xdfff && code <= 0x10ffff)

const decodeByteOrderMark = (bytes: Buffer): string | undefined => {
  const wide = decodeUtf32(bytes)
  if (wide !== undefined) return wide
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3)
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decoderOf('utf-16le')?.decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decoderOf('utf-16be')?.decode(bytes)
  return undefined
}

const guess = (bytes: Buffer): DecodedText => {
  const shift = bytes.includes('\x1b$') || bytes.includes('\x1b(')
  if (shift && isAscii(bytes)) return decodeNamed(bytes, 'iso-2022-jp')
  if (isUtf8(bytes)) return { text: bytes.toString('utf8') }
  const label = guessLabel(bytes)
  if (label === undefined) return { text: decodeWindows1252(bytes), warning: 'charset-guessed' }
  return { text: decodeNamed(bytes, label).text, warning: 'charset-guessed' }
}

/** The charset by the statistics of its letters; `undefined` for windows-1252, which needs none. */
const guessLabel = (bytes: Buffer): string | undefined => {
  const { lines, share } = tellingLines(bytes)
  if (share < FEWEST_TELLING) return undefined
  const best = analyse(lines)[0]
  const label = best?.name.toLowerCase()
  return best !== undefined &&
    best.confidence >= TRUSTED_CONFIDENCE &&
    label !== undefined &&
    isGuessable(label)
    ? label
    : undefined
}

const isGuessable = (label: string): boolean =>
  !label.startsWith('utf-') && label !== 'ascii' && decoderOf(label) !== undefined

/**
 * The lines with 8-bit bytes, at most {@link SAMPLE_BYTES} of them, and the share of 8-bit bytes in all that was looked at.
 * Lines of ASCII tell nothing, and each byte costs chardet some thirty recognisers.
 */
const tellingLines = (bytes: Buffer): { readonly lines: Buffer; readonly share: number } => {
  const lines = Buffer.allocUnsafe(SAMPLE_BYTES)
  let length = 0
  let telling = 0
  let lineStart = 0
  let high = 0
  let position = 0
  for (; position < bytes.length && length < SAMPLE_BYTES; position += 1) {
    const byte = bytes[position] ?? 0
    if (byte >= 0x80) high += 1
    const ends =
      byte === 10 || position === bytes.length - 1 || position - lineStart >= SAMPLE_BYTES
    if (!ends) continue
    if (high > 0) length += bytes.copy(lines, length, lineStart, position + 1)
    telling += high
    high = 0
    lineStart = position + 1
  }
  return { lines: lines.subarray(0, length), share: telling / Math.max(position, 1) }
}

/** One kind of line end: LF. */
export const normaliseLineEnds = (text: string): string =>
  text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text

/** Without NUL characters, which mean nothing in a text. */
export const withoutNuls = (text: string): string =>
  text.includes('\0') ? text.replaceAll('\0', '') : text
