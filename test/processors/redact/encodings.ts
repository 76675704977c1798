/** Ways in which mail, web pages and exports carry a value. Each says by its name what a reader would see all the same. */
export interface Encoding {
  readonly name: string
  /** The value so written, or the same value where the way has nothing to change. */
  readonly write: (value: string) => string
}

const each = (value: string, write: (character: string) => string) =>
  Array.from(value, write).join('')

const DIGIT = /\d/
const digitsFrom = (zero: number) => (value: string) =>
  each(value, (c) => (DIGIT.test(c) ? String.fromCodePoint(zero + Number(c)) : c))

const hex = (code: number) => code.toString(16).toUpperCase().padStart(2, '0')

/** Something inserted in the middle of the value, never inside of a surrogate pair. */
const inTheMiddle = (insert: string) => (value: string) => {
  const middle = value.length >> 1
  return value.slice(0, middle) + insert + value.slice(middle)
}

export const ENCODINGS: readonly Encoding[] = [
  { name: 'as it is', write: (value) => value },
  {
    name: 'quoted-printable',
    write: (value) =>
      `${each(value, (c) => (/[@.:/+-]/.test(c) ? `=${hex(c.charCodeAt(0))}` : c))}=3D`,
  },
  { name: 'soft line break', write: inTheMiddle('=\r\n') },
  {
    name: 'decimal entities',
    write: (value) => each(value, (c) => (/[@.:/+-]/.test(c) ? `&#${c.charCodeAt(0)};` : c)),
  },
  {
    name: 'hexadecimal entities of digits',
    write: (value) =>
      each(value, (c) => (DIGIT.test(c) ? `&#x${c.charCodeAt(0).toString(16)};` : c)),
  },
  { name: 'tags inside', write: inTheMiddle('<b></b>') },
  { name: 'word break tag', write: inTheMiddle('<wbr>') },
  { name: 'comment inside', write: inTheMiddle('<!-- x -->') },
  { name: 'zero-width space', write: inTheMiddle('\u200b') },
  { name: 'soft hyphen', write: inTheMiddle('\u00ad') },
  { name: 'direction marks', write: (value) => `\u202a${inTheMiddle('\u200e')(value)}\u202c` },
  {
    name: 'full width',
    write: (value) =>
      each(value, (c) => (c > ' ' && c <= '~' ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c)),
  },
  { name: 'Arabic digits', write: digitsFrom(0x660) },
  { name: 'Devanagari digits', write: digitsFrom(0x966) },
  { name: 'mathematical digits', write: digitsFrom(0x1d7d8) },
  { name: 'no-break spaces', write: (value) => value.replaceAll(' ', '\u00a0') },
  { name: 'no-break entity', write: (value) => value.replaceAll(' ', '&nbsp;') },
  { name: 'typographic dashes', write: (value) => value.replaceAll('-', '\u2011') },
  {
    name: 'escapes of JSON',
    write: (value) =>
      each(value, (c) => (/[@.:/+-]/.test(c) ? `\\u00${hex(c.charCodeAt(0)).toLowerCase()}` : c)),
  },
  { name: 'JSON', write: (value) => JSON.stringify({ value }) },
  { name: 'CSV', write: (value) => `1;"${value}";2` },
  { name: 'brackets', write: (value) => `(${value})` },
  { name: 'table cell', write: (value) => `<tr><td>${value}</td><td>2</td></tr>` },
]
