import type { Below } from '../fuzz/mutate.ts'

const one = <T>(items: readonly T[], below: Below): T => items[below(items.length)]!

const WORDS = [
  'agenda',
  'Grüße',
  'naïve',
  '日本語',
  'Ünïcödé',
  'a=b',
  'x?y',
  '_u_',
  'order',
  'No.',
  '12',
  'über',
  'Привет',
  'fine',
  'q',
  '€',
  '(sic)',
  'a;b',
]

/** Words of several scripts. */
export const words = (below: Below, most: number): string =>
  Array.from({ length: 1 + below(most) }, () => one(WORDS, below)).join(' ')

const hex = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`

/** RFC 2047, as one word or some; a character is never divided between two. */
export const encodedWords = (text: string, below: Below): string => {
  const characters = Array.from(text)
  const pieces: string[] = []
  while (characters.length > 0) pieces.push(characters.splice(0, 1 + below(12)).join(''))
  const charset = one(['utf-8', 'UTF-8', 'utf-8*en'], below)
  const encoding = one(['Q', 'q', 'B', 'b'], below)
  const coded = pieces.map((piece) => {
    const bytes = Buffer.from(piece)
    const inner =
      encoding.toLowerCase() === 'b'
        ? bytes.toString('base64')
        : Array.from(bytes, (byte) =>
            /[A-Za-z0-9]/.test(String.fromCharCode(byte))
              ? String.fromCharCode(byte)
              : byte === 32 && below(2) === 0
                ? '_'
                : hex(byte),
          ).join('')
    return `=?${charset}?${encoding}?${inner}?=`
  })
  return coded.join(one([' ', '\n ', '\n\t'], below))
}

const NAMES = ['Ada', 'Bob B.', 'O’Neil, Ann', 'Müller', 'Ann "A" Lee', 'ops@desk', '王芳', 'x']
const LOCALS = ['ada', 'bob.b', 'o+tag', "d'arcy", '"a b"', 'x_y', '1', 'first.last-name']
const HOSTS = ['example.org', 'mail.example.com', 'sub.example.co.uk', '[192.0.2.1]', 'EXAMPLE.net']

const address = (below: Below): string => `${one(LOCALS, below)}@${one(HOSTS, below)}`

/** A mailbox as RFC 5322 allows it: bare, named, quoted, encoded, commented. */
const mailbox = (below: Below): string => {
  const name = one(NAMES, below)
  switch (below(7)) {
    case 0:
      return address(below)
    case 1:
      return `<${address(below)}>`
    case 2:
      return `"${name.replaceAll('"', '\\"')}" <${address(below)}>`
    case 3:
      return `${encodedWords(name, below)} <${address(below)}>`
    case 4:
      return `${address(below)} (${one(['Ada', 'on leave', 'Bob (x) B'], below)})`
    case 5:
      return `Ada Lovelace <${address(below)}>`
    default:
      return `"Ada"\n <${address(below)}>`
  }
}

/** Mailboxes, or a group of them. */
export const addressList = (below: Below, count: number): string => {
  const list = Array.from({ length: count }, () => mailbox(below)).join(
    one([', ', ',', ' , ', ',\n '], below),
  )
  if (count > 1 && below(8) === 0) return `Team: ${list};`
  return below(30) === 0 ? 'undisclosed-recipients:;' : list
}

const ZONES = ['+0000', '-0500', '+0530', '+0200', 'GMT', 'UT', 'EST', 'PDT', '-0000', '+1300']

/** As RFC 5322 writes a date, and its obsolete forms that both claim to read. */
export const aDate = (below: Below): string => {
  const month = one(
    ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
    below,
  )
  const two = (value: number): string => String(value).padStart(2, '0')
  const year = one(['1999', '2004', '2024', '2031', '99', '04'], below)
  const time = `${two(below(24))}:${two(below(60))}${below(6) === 0 ? '' : `:${two(below(60))}`}`
  const weekday = one(['', 'Mon, ', 'Tue, '], below)
  const comment = one(['', '', ' (CET)', ' (x y)'], below)
  return `${weekday}${1 + below(28)} ${month} ${year} ${time} ${one(ZONES, below)}${comment}`
}

/** Lines of headers, some folded at blanks, some with odd blanks behind the colon. */
export const headerLines = (
  headers: readonly (readonly [string, string])[],
  below: Below,
): string[] =>
  headers.map(([name, value]) => {
    const raw = Buffer.from(value).toString('latin1')
    const folded =
      below(3) === 0 && !raw.includes('"')
        ? raw.replace(/(?<=\S) (?=\S)/g, (blank) => (below(4) === 0 ? `\n${blank}` : blank))
        : raw
    return `${name}:${one([' ', ' ', '', '  ', '\t'], below)}${folded}${one(['', '', ' '], below)}`
  })
