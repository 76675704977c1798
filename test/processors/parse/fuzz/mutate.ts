/** A whole number from 0 up to the limit, the limit not included. */
export type Below = (limit: number) => number

/** Linear congruential, by Numerical Recipes: the same numbers for the same seed. */
export const generator = (seed: number): Below => {
  let state = Math.imul(seed, 2654435761) >>> 0
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** What no mutant grows beyond, so that none is slow for its size alone. */
const MOST_BYTES = 1 << 17

const BYTES = [0x00, 0x01, 0x0a, 0x0d, 0x20, 0x22, 0x3c, 0x3d, 0x7f, 0x80, 0xc3, 0xe0, 0xff]
const WIDE = [
  0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
]
const NUMBERS = [
  '0',
  '-1',
  '1e999',
  '-0',
  '4294967296',
  '9007199254740993',
  '99999999999999999999',
  '8640000000000001',
  '253402300800',
  '0.0000001',
  'NaN',
  '',
]
/** What some format or other gives a meaning. */
const WORDS = [
  '<',
  '>',
  '</',
  '/>',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '&',
  '&#x110000;',
  '&#0;',
  '&amp',
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  '\\u',
  '\\ud800',
  '"__proto__":',
  'null',
  'true',
  ',',
  ':',
  '{}',
  '[]',
  '""',
  '\\bin99999999 ',
  '\\u-40000 ',
  "\\'zz",
  '\\fonttbl',
  '\\pard',
  '\\uc9',
  '\r\n',
  '\r\n\r\n',
  '\n\n',
  '\r',
  '\0',
  '\t',
  '--',
  '=',
  '=?utf-8?B?',
  '?=',
  '=?utf-7?q?',
  '=\n',
  ';',
  'charset=',
  'boundary=""',
  '>',
  '> ',
  'From ',
  'Content-Type: message/rfc822\n',
  'Content-Type: multipart/mixed; boundary=x\n',
  'Content-Transfer-Encoding: base64\n',
  'format=flowed',
  '00:00:00.000 --> 99:99:99.999',
  '-->',
  '<v ',
  'NOTE',
  'WEBVTT',
  ' obj',
  'endobj',
  'stream\n',
  'endstream',
  '/Kids[2 0 R]',
  '/Length -1',
  '/Count 99999',
  '<<',
  '>>',
  '1 0 R',
  'xref',
  'startxref',
  'PK\x03\x04',
  'PK\x01\x02',
  'PK\x05\x06',
  '\ufeff',
  '\u202e',
  '\u2028',
  '\ud83d\ude00',
  'é',
] as const

type Mutation = (bytes: Buffer, below: Below) => Buffer

const stretch = (bytes: Buffer, below: Below): readonly [start: number, end: number] => {
  const start = below(bytes.length + 1)
  const longest = below(4) === 0 ? bytes.length : 16
  return [start, Math.min(bytes.length, start + below(longest + 1))]
}

const put = (bytes: Buffer, start: number, end: number, between: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, start), between, bytes.subarray(end)])

const word = (words: readonly string[], below: Below): Buffer =>
  Buffer.from(words[below(words.length)]!)

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, below) {
    const copy = Buffer.from(bytes)
    if (copy.length > 0) copy[below(copy.length)]! ^= 1 << below(8)
    return copy
  },
  function setByte(bytes, below) {
    const copy = Buffer.from(bytes)
    if (copy.length > 0) copy[below(copy.length)] = BYTES[below(BYTES.length)]!
    return copy
  },
  function setNumber(bytes, below) {
    const copy = Buffer.from(bytes)
    const value = WIDE[below(WIDE.length)]!
    if (copy.length >= 4 && below(2) === 0) copy.writeUInt32LE(value, below(copy.length - 3))
    else if (copy.length >= 2) copy.writeUInt16LE(value & 0xffff, below(copy.length - 1))
    return copy
  },
  function remove(bytes, below) {
    return put(bytes, ...stretch(bytes, below), Buffer.alloc(0))
  },
  function truncate(bytes, below) {
    return Buffer.from(bytes.subarray(0, below(bytes.length + 1)))
  },
  function repeat(bytes, below) {
    const [start, end] = stretch(bytes, below)
    const times = 1 + below(below(8) === 0 ? 300 : 4)
    const copies = Array.from({ length: times }, () => bytes.subarray(start, end))
    return put(bytes, end, end, Buffer.concat(copies))
  },
  function move(bytes, below) {
    const [start, end] = stretch(bytes, below)
    const at = below(bytes.length + 1)
    return put(bytes, at, at, bytes.subarray(start, end))
  },
  function insertWord(bytes, below) {
    const [start, end] = stretch(bytes, below)
    return put(bytes, start, below(2) === 0 ? start : end, word(WORDS, below))
  },
  function replaceNumber(bytes, below) {
    const from = below(bytes.length + 1)
    const found = /\d+/.exec(bytes.toString('latin1', from, from + 2000))
    if (found === null) return bytes
    const start = from + found.index
    return put(bytes, start, start + found[0].length, word(NUMBERS, below))
  },
]

/** One to eight mutations after each other. */
export const mutate = (bytes: Buffer, below: Below): Buffer => {
  let mutant = bytes
  for (let left = 1 + below(1 + below(8)); left > 0; left--) {
    const next = MUTATIONS[below(MUTATIONS.length)]!(mutant, below)
    if (next.length <= MOST_BYTES) mutant = next
  }
  return mutant
}
