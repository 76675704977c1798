import { isAscii, isUtf8 } from 'node:buffer'
import { decodeText } from '../../formats/charset.ts'
import { decodeQuotedPrintable } from './transfer-encoding.ts'

/** `=?charset*language?encoding?text?=` (RFC 2047, RFC 2231), leniently: spaces inside the text are read. */
const WORD = /=\?([^?*\s]{1,60})(?:\*[^?]{0,60})?\?([bqBQ])\?([^?]{0,10000})\?=/g

interface Run {
  charset: string
  bytes: Buffer[]
}

/**
 * Decodes a header value given as latin1 bytes-in-a-string. Neighbouring words of one charset are joined before decoding,
 * since a character may be split between them; white space between words goes away. Raw 8-bit bytes are read as UTF-8
 * where they are that, else under `charset`, that of the body where it has one, else as windows-1252.
 */
export const decodeEncodedWords = (value: string, charset?: string): string => {
  if (!value.includes('=?')) return decodeRaw(value, charset)
  let text = ''
  let position = 0
  let run: Run | undefined
  for (const match of value.matchAll(WORD)) {
    const between = value.slice(position, match.index)
    const label = (match[1] ?? '').toLowerCase()
    if (run === undefined || !isBlank(between)) {
      text += flush(run) + decodeRaw(between, charset)
      run = undefined
    } else if (run.charset !== label) {
      text += flush(run)
      run = undefined
    }
    run ??= { charset: label, bytes: [] }
    run.bytes.push(decodeWord(match[2] ?? '', match[3] ?? ''))
    position = match.index + match[0].length
  }
  return text + flush(run) + decodeRaw(value.slice(position), charset)
}

const isBlank = (text: string): boolean => text.trim() === ''

const flush = (run: Run | undefined): string =>
  run === undefined ? '' : decodeText(Buffer.concat(run.bytes), run.charset).text

/** `-` and `_` are no digits of base64 here, though Node reads them as some. */
const decodeWord = (encoding: string, text: string): Buffer =>
  encoding === 'b' || encoding === 'B'
    ? Buffer.from(text.replace(/[-_]/g, ''), 'base64')
    : decodeQuotedPrintable(Buffer.from(text.replaceAll('_', ' '), 'latin1'))

/** A header value without encoded words: see {@link decodeEncodedWords}. */
export const decodeRaw = (value: string, charset: string | undefined): string => {
  if (!/[\x80-\xff]/.test(value) && !value.includes('\x1b')) return value
  const bytes = Buffer.from(value, 'latin1')
  if (isAscii(bytes)) return decodeText(bytes).text
  if (isUtf8(bytes)) return bytes.toString('utf8')
  return decodeText(bytes, saysNothing(charset) ? 'windows-1252' : charset).text
}

/** Charsets that bytes beyond ASCII and outside UTF-8 contradict. */
const saysNothing = (charset: string | undefined): boolean =>
  charset === undefined || /^(?:us-)?ascii$|^utf-?8$|^utf-?16/i.test(charset)
