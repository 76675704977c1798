// Builds mails. Lines end in CRLF; everything is a function of what is given.
import { encode } from './charsets.mjs'

const crlf = (text) => text.replace(/\r?\n/g, '\r\n')

const isAscii = (text) => /^[\x20-\x7e]*$/.test(text)

/** RFC 2047, in pieces of 12 characters: an encoded word may have 75. */
const encodedWords = (text, charset) =>
  [...text]
    .reduce((pieces, sign, index) => {
      if (index % 12 === 0) pieces.push('')
      pieces[pieces.length - 1] += sign
      return pieces
    }, [])
    .map((piece) => `=?${charset}?B?${encode(piece, charset).toString('base64')}?=`)
    .join('\r\n ')

const headerText = (text, charset) => (isAscii(text) ? text : encodedWords(text, charset))

const mailbox = ({ name, address }, charset) => {
  if (!name) return address
  const shown = isAscii(name)
    ? /[.,()@"]/.test(name)
      ? `"${name}"`
      : name
    : headerText(name, charset)
  return `${shown} <${address}>`
}

const mailboxes = (list, charset) => list.map((each) => mailbox(each, charset)).join(',\r\n ')

/** RFC 2045 §6.7. Soft line breaks at 72 characters. */
const quotedPrintable = (bytes) => {
  const lines = bytes.toString('latin1').split('\n')
  return lines
    .map((line) => {
      const signs = [...line].map((sign, index) => {
        const code = sign.charCodeAt(0)
        const last = index === line.length - 1
        const plain = (code > 32 && code < 127 && sign !== '=') || (code === 32 && !last)
        return plain ? sign : `=${code.toString(16).toUpperCase().padStart(2, '0')}`
      })
      let width = 0
      return signs.reduce((out, sign) => {
        width += sign.length
        if (width <= 72) return out + sign
        width = sign.length
        return `${out}=\r\n${sign}`
      }, '')
    })
    .join('\r\n')
}

const base64Lines = (bytes) => bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n')

const transfer = (bytes, encoding) => {
  switch (encoding) {
    case 'quoted-printable':
      return Buffer.from(quotedPrintable(bytes), 'latin1')
    case 'base64':
      return Buffer.from(base64Lines(bytes), 'latin1')
    default:
      return Buffer.from(crlf(bytes.toString('latin1')), 'latin1')
  }
}

/** A text part: headers and body. */
export const text = (
  body,
  { charset = 'utf-8', encoding = 'quoted-printable', type = 'text/plain', parameters = '' } = {},
) => ({
  headers: [
    `Content-Type: ${type}; charset=${charset}${parameters}`,
    `Content-Transfer-Encoding: ${encoding}`,
  ],
  body: transfer(encode(body, charset), encoding),
})

/** A file that travels with the mail. */
export const attachment = (name, type, bytes, charset = 'utf-8') => ({
  headers: [
    `Content-Type: ${type}; name="${headerText(name, charset).replaceAll('\r\n ', ' ')}"`,
    `Content-Disposition: attachment; filename="${headerText(name, charset).replaceAll('\r\n ', ' ')}"`,
    'Content-Transfer-Encoding: base64',
  ],
  body: transfer(bytes, 'base64'),
})

/** A whole mail inside another. */
export const enclosed = (bytes) => ({
  headers: ['Content-Type: message/rfc822', 'Content-Disposition: inline'],
  body: bytes,
})

export const multipart = (kind, boundary, parts, { closed = true, parameters = '' } = {}) => ({
  headers: [`Content-Type: multipart/${kind}; boundary="${boundary}"${parameters}`],
  body: Buffer.concat([
    ...parts.flatMap(({ headers, body }) => [
      Buffer.from(`--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`),
      body,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(closed ? `--${boundary}--\r\n` : ''),
  ]),
})

/**
 * A mail. `from`, `to` and `cc` are `{name, address}`; `part` comes of {@link text} or {@link multipart}; `more` holds
 * further header lines.
 */
export const mail = ({
  from,
  to,
  cc = [],
  subject,
  date,
  id,
  references = [],
  charset = 'utf-8',
  part,
  more = [],
}) => {
  const lines = [
    `From: ${mailbox(from, charset)}`,
    `To: ${mailboxes(to, charset)}`,
    ...(cc.length > 0 ? [`Cc: ${mailboxes(cc, charset)}`] : []),
    `Subject: ${headerText(subject, charset)}`,
    ...(date ? [`Date: ${date}`] : []),
    `Message-ID: <${id}>`,
    ...(references.length > 0 ? [`In-Reply-To: <${references.at(-1)}>`] : []),
    ...(references.length > 0
      ? [`References: ${references.map((each) => `<${each}>`).join('\r\n ')}`]
      : []),
    ...more,
    'MIME-Version: 1.0',
    ...part.headers,
  ]
  return Buffer.concat([
    Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'),
    part.body,
    Buffer.from('\r\n'),
  ])
}

/** An mbox (mboxrd): a From_ line before each mail, `>` before lines that look like one. Lines end in LF. */
export const mbox = (mails) =>
  Buffer.concat(
    mails.flatMap(({ sender, date, bytes }) => [
      Buffer.from(`From ${sender} ${date}\n`),
      Buffer.from(
        bytes
          .toString('latin1')
          .replaceAll('\r\n', '\n')
          .replace(/^(>*From )/gm, '>$1'),
        'latin1',
      ),
      Buffer.from('\n'),
    ]),
  )
