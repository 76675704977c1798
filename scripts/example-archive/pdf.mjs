// Builds small PDFs (ISO 32000-1): pages of text in Helvetica, and the same behind a password.
import { createHash } from 'node:crypto'
import { encode } from './charsets.mjs'

/** A text string: Windows-1252 bytes, the rest escaped. */
const literal = (text) => text.replace(/[\\()]/g, '\\$&')

const content = (lines) =>
  encode(
    [
      'BT',
      '/F1 11 Tf',
      '14 TL',
      '56 780 Td',
      ...lines.map((line) => `(${literal(line)}) Tj T*`),
      'ET',
    ].join('\n'),
    'windows-1252',
  )

/** RC4, as PDF 1.1 encrypts. It protects nothing any more; the file only has to ask for its password. */
const rc4 = (key, bytes) => {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index)
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i] + key[i % key.length]) & 255
    ;[state[i], state[j]] = [state[j], state[i]]
  }
  let i = 0
  let j = 0
  return Buffer.from(
    bytes.map((byte) => {
      i = (i + 1) & 255
      j = (j + state[i]) & 255
      ;[state[i], state[j]] = [state[j], state[i]]
      return byte ^ state[(state[i] + state[j]) & 255]
    }),
  )
}

const md5 = (...parts) => createHash('md5').update(Buffer.concat(parts)).digest()

/** ISO 32000-1 §7.6.3.3: what fills a password up to 32 bytes. */
const padding = Buffer.from(
  '28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a',
  'hex',
)
const padded = (password) => Buffer.concat([Buffer.from(password), padding]).subarray(0, 32)

/** Standard security handler, revision 2, 40 bits. */
const lock = (password, id) => {
  const permissions = Buffer.alloc(4)
  permissions.writeInt32LE(-64)
  const owner = rc4(md5(padded(`${password}-owner`)).subarray(0, 5), padded(password))
  const key = md5(padded(password), owner, permissions, id).subarray(0, 5)
  const user = rc4(key, padding)
  const dictionary = `<< /Filter /Standard /V 1 /R 2 /Length 40 /P -64 /O <${owner.toString('hex')}> /U <${user.toString('hex')}> >>`
  /** §7.6.2: each object has a key of its own. */
  const seal = (number, bytes) => {
    const place = Buffer.from([number & 255, (number >> 8) & 255, (number >> 16) & 255, 0, 0])
    return rc4(md5(key, place).subarray(0, 10), bytes)
  }
  return { dictionary, seal }
}

/** A PDF of `pages`, each a list of lines. With `password`, it opens with that only. */
export const pdf = (pages, password) => {
  const id = md5(Buffer.from(JSON.stringify(pages)))
  const secured = password === undefined ? undefined : lock(password, id)
  const pageNumber = (index) => 4 + index * 2
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${pageNumber(index)} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ].map((text) => Buffer.from(text))
  for (const [index, lines] of pages.entries()) {
    const number = pageNumber(index)
    const bytes = content(lines)
    const stream = secured ? secured.seal(number + 1, bytes) : bytes
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${number + 1} 0 R >>`,
      ),
      Buffer.concat([
        Buffer.from(`<< /Length ${stream.length} >>\nstream\n`),
        stream,
        Buffer.from('\nendstream'),
      ]),
    )
  }
  if (secured) objects.push(Buffer.from(secured.dictionary))
  const pieces = [Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  const offsets = []
  let length = pieces[0].length
  for (const [index, object] of objects.entries()) {
    const piece = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      object,
      Buffer.from('\nendobj\n'),
    ])
    offsets.push(length)
    length += piece.length
    pieces.push(piece)
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const hex = `<${id.toString('hex')}>`
  const encrypt = secured ? ` /Encrypt ${objects.length} 0 R` : ''
  pieces.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /ID [${hex} ${hex}]${encrypt} >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  )
  return Buffer.concat(pieces)
}
