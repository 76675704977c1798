// Encodes text in the charsets of old mail. Node decodes them all but encodes only a few, so the tables are made by
// decoding every byte, or pair of bytes, once.

/** 0x80 to 0x9f of Windows-1252; the decoder of some Node versions takes them for control characters. */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'
const latin1 = (byte) =>
  byte >= 0x80 && byte < 0xa0 ? windows1252[byte - 0x80] : String.fromCharCode(byte)

const tables = new Map()

const pairs = function* () {
  for (let first = 0x81; first <= 0xfe; first++)
    for (let second = 0x40; second <= 0xfe; second++) yield [first, second]
}

const tableOf = (charset, wide) => {
  const known = tables.get(charset)
  if (known) return known
  const decoder = new TextDecoder(charset)
  const decode = (bytes) =>
    charset === 'windows-1252' ? latin1(bytes[0]) : decoder.decode(Uint8Array.from(bytes))
  const table = new Map()
  const put = (bytes) => {
    const text = decode(bytes)
    const one = text.length === 1 || (text.length === 2 && text.codePointAt(0) > 0xffff)
    if (one && text !== '\ufffd' && !table.has(text)) table.set(text, bytes)
  }
  for (let byte = 0; byte < 256; byte++) put([byte])
  if (wide) for (const pair of pairs()) put(pair)
  tables.set(charset, table)
  return table
}

const byTable = (charset, text, wide) => {
  const table = tableOf(charset, wide)
  return Buffer.from(
    [...text].flatMap((sign) => {
      const bytes = table.get(sign)
      if (!bytes) throw new Error(`${charset} has no ${sign}`)
      return bytes
    }),
  )
}

/** JIS X 0208 between escapes, made of EUC-JP: the same rows and cells with the high bits cleared. */
const iso2022jp = (text) => {
  const table = tableOf('euc-jp', true)
  const out = []
  let wide = false
  const shift = (to) => {
    if (to !== wide) out.push(0x1b, ...(to ? [0x24, 0x42] : [0x28, 0x42]))
    wide = to
  }
  for (const sign of text) {
    const bytes = sign.codePointAt(0) < 128 ? [sign.codePointAt(0)] : table.get(sign)
    if (!bytes) throw new Error(`iso-2022-jp has no ${sign}`)
    shift(bytes.length === 2)
    out.push(...bytes.map((byte) => byte & 0x7f))
  }
  shift(false)
  return Buffer.from(out)
}

/** The text as bytes of a charset. Throws for a character that the charset lacks. */
export const encode = (text, charset) => {
  switch (charset) {
    case 'us-ascii':
    case 'utf-8':
      return Buffer.from(text, 'utf8')
    case 'utf-16le':
      return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
    case 'utf-16be':
      return Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()])
    case 'iso-2022-jp':
      return iso2022jp(text)
    case 'gb18030':
    case 'shift_jis':
    case 'euc-kr':
      return byTable(charset, text, true)
    default:
      return byTable(charset, text, false)
  }
}
