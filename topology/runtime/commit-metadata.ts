import { Buffer } from 'node:buffer'
import { crc32 } from './crc32.ts'

/**
 * Commit metadata: what a new owner of a partition must know besides the offset.
 *
 * The owner of a done-map is the hash of the topology: what another topology finished must be done again. The owner of a
 * claim is its sink, `name@version`, since the range must be written with the same end even after an upgrade.
 *
 * Text form: `a1 <owner> <crc32 of the rest, hex> <body>`, where body is `d<base64 bitset>` for a done-map or
 * `c<end>` for a claimed range. Bit i of the bitset is offset `position + i`. Text of another version, another topology
 * or with a wrong checksum means nothing and is ignored: the work is done again.
 */
export type CommitNote =
  | { readonly kind: 'none' }
  | { readonly kind: 'done'; readonly offsets: readonly number[] }
  | { readonly kind: 'claim'; readonly end: number }

/** Most offsets between the position and the highest done one: 24,000 bits are 4,000 base64 characters. */
export const maxSpan = 24_000

const version = 'a1'

export const encodeNote = (owner: string, position: number, note: CommitNote): string => {
  switch (note.kind) {
    case 'none':
      return ''
    case 'claim':
      return sealed(owner, `c${note.end}`)
    case 'done':
      return note.offsets.length === 0 ? '' : sealed(owner, `d${bitset(position, note.offsets)}`)
  }
}

const sealed = (hash: string, body: string): string =>
  `${version} ${hash} ${crc32(body).toString(16)} ${body}`

const bitset = (position: number, offsets: readonly number[]): string => {
  const span = (offsets.at(-1) ?? position) - position + 1
  if (span > maxSpan) throw new Error(`done-map spans ${span} offsets, more than ${maxSpan}`)
  const bits = Buffer.alloc(Math.ceil(span / 8))
  for (const offset of offsets) {
    const bit = offset - position
    bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7))
  }
  return bits.toString('base64')
}

export const decodeNote = (owner: string, position: number, text: string): CommitNote => {
  const [, hash] = text.split(' ')
  return hash === owner ? decodeAnyNote(position, text) : { kind: 'none' }
}

/** A note of whatever owner. */
export const decodeAnyNote = (position: number, text: string): CommitNote => {
  const [tag, , checksum, body] = text.split(' ')
  const known = tag === version && body !== undefined
  if (!known || crc32(body).toString(16) !== checksum) return { kind: 'none' }
  if (body.startsWith('c')) return { kind: 'claim', end: Number(body.slice(1)) }
  return { kind: 'done', offsets: offsetsOf(position, Buffer.from(body.slice(1), 'base64')) }
}

const offsetsOf = (position: number, bits: Buffer): readonly number[] => {
  const offsets: number[] = []
  bits.forEach((byte, index) => {
    for (let bit = 0; bit < 8; bit++) {
      if (byte & (1 << bit)) offsets.push(position + index * 8 + bit)
    }
  })
  return offsets
}

/** Records that were begun and not finished: those before the highest finished one, or of a claimed range. */
export const begunBefore = (position: number, note: CommitNote): number => {
  switch (note.kind) {
    case 'none':
      return 0
    case 'claim':
      return note.end - position
    case 'done':
      return (note.offsets.at(-1) ?? position - 1) + 1 - position - note.offsets.length
  }
}
