import { isAscii, isUtf8 } from 'node:buffer'
import { decodeText } from '../charset.ts'
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
 * where they are that, else as windows-1252.
 */
export const decodeEncodedWords = (value: string): string => {
  if (!value.includes('=?')) return decodeRaw(value)
  let text = ''
  let position = 0
  let run: Run | undefined
  for (const match of value.matchAll(WORD)) {
    const between = value.slice(position, match.index)
    const charset = (match[1] ?? '').toLowerCase()
    if (run === undefined || !isBlank(between)) {
      text += flush(run) + decodeRaw(between)
      run = undefined
    } else if (run.charset !== charset) {
      text += flush(run)
      run = undefined
    }
    run ??= { charset, bytes: [] }
    run.bytes.push(decodeWord(match[2] ?? '', match[3] ?? ''))
    position = match.index + match[0].length
  }
  return text + flush(run) + decodeRaw(value.slice(position))
}

const isBlank = (text: string): boolean => text.trim() === ''

const flush = (run: Run | undefined): string =>
  run === undefined ? '' : decodeText(Buffer.concat(run.bytes), run.charset).text

const decodeWord = (encoding: string, text: string): Buffer =>
  encoding === 'b' || encoding === 'B'
    ? Buffer.from(text, 'base64')
    : decodeQuotedPrintable(Buffer.from(text.replaceAll('_', ' '), 'latin1'))

const decodeRaw = (value: string): string => {
  if (!/[\x80-\xff]/.test(value) && !value.includes('\x1b')) return value
  const bytes = Buffer.from(value, 'latin1')
  if (isUtf8(bytes) && !isAscii(bytes)) return bytes.toString('utf8')
  return decodeText(bytes, isAscii(bytes) ? undefined : 'windows-1252').text
}
