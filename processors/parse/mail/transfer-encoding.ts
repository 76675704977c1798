const LF = 10
const CR = 13
const SPACE = 32
const TAB = 9
const EQUALS = 61

const HEX = new Int8Array(256).fill(-1)
for (let digit = 0; digit < 16; digit += 1) {
  HEX[digit.toString(16).charCodeAt(0)] = digit
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit
}

/** Undoes a Content-Transfer-Encoding (RFC 2045 §6). Unknown names are read as they are. Never throws. */
export const decodeTransferEncoding = (bytes: Buffer, encoding: string): Buffer => {
  switch (encoding) {
    case 'base64':
      return decodeBase64(bytes)
    case 'quoted-printable':
      return decodeQuotedPrintable(withoutLastBreak(bytes))
    default:
      return bytes
  }
}

/** Base64 with anything between the digits; several padded runs after each other are read on. */
const decodeBase64 = (bytes: Buffer): Buffer => {
  const text = onlyMimeDigits(bytes.toString('latin1'))
  const padding = text.indexOf('=')
  if (padding === -1 || !/[A-Za-z0-9+/]/.test(text.slice(padding, padding + 4096)))
    return Buffer.from(text, 'base64')
  const runs = text.split(/=+/)
  return Buffer.concat(runs.map((run) => Buffer.from(run, 'base64')))
}

/** The line end of a soft break may belong to the boundary behind it, and be none of these bytes. */
const withoutLastBreak = (bytes: Buffer): Buffer =>
  bytes.at(-1) === EQUALS ? bytes.subarray(0, -1) : bytes

/** Node takes the dash and the low line for digits, which they are in URLs only; a footer behind the digits is full of them. */
const onlyMimeDigits = (text: string): string =>
  text.includes('-') || text.includes('_') ? text.replaceAll(/[-_]/g, '') : text

/**
 * Quoted-printable (RFC 2045 §6.7): soft line breaks go, white space at line ends goes, a broken escape stays as it is.
 */
export const decodeQuotedPrintable = (bytes: Buffer): Buffer => {
  if (!bytes.includes(EQUALS)) return bytes
  const out = Buffer.allocUnsafe(bytes.length)
  let written = 0
  let position = 0
  while (position < bytes.length) {
    const byte = bytes[position] ?? 0
    position += 1
    if (byte !== EQUALS) {
      out[written] = byte
      written += 1
      continue
    }
    const high = HEX[bytes[position] ?? 0] ?? -1
    const low = HEX[bytes[position + 1] ?? 0] ?? -1
    if (high >= 0 && low >= 0) {
      out[written] = high * 16 + low
      written += 1
      position += 2
      continue
    }
    const next = skipSoftBreak(bytes, position)
    if (next === position) {
      out[written] = EQUALS
      written += 1
    }
    position = next
  }
  return out.subarray(0, written)
}

/** Past a soft line break that starts here, or the same position when none does. */
const skipSoftBreak = (bytes: Buffer, start: number): number => {
  let position = start
  while (bytes[position] === SPACE || bytes[position] === TAB) position += 1
  if (position >= bytes.length) return position
  if (bytes[position] === LF) return position + 1
  if (bytes[position] === CR) return bytes[position + 1] === LF ? position + 2 : position + 1
  return start
}
