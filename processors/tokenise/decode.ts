import { bytesOfPiece } from './model/byte-alphabet.ts'

/** WordPiece: pieces of a word joined, words parted by single spaces. */
export function joinPieces(pieces: readonly string[], prefix: string): string {
  let text = ''
  for (const piece of pieces) {
    if (text !== '' && piece.startsWith(prefix)) text += piece.slice(prefix.length)
    else text += text === '' ? piece : ` ${piece}`
  }
  return text
}

/** Byte-level pieces. Bytes that are not UTF-8 become U+FFFD. */
export function joinBytes(pieces: readonly string[]): string {
  return Buffer.concat(pieces.map(bytesOfPiece)).toString('utf8')
}

const BYTE = /^<0x([0-9A-F]{2})>$/

/** Pieces with `▁` for a space, and perhaps single bytes. The space before the text is left out. */
export function joinSpaced(pieces: readonly string[]): string {
  const parts = pieces.map((piece) => {
    const byte = BYTE.exec(piece)?.[1]
    return byte === undefined ? Buffer.from(piece.replaceAll('▁', ' ')) : Buffer.from(byte, 'hex')
  })
  return Buffer.concat(parts).toString('utf8').replace(/^ /, '')
}
