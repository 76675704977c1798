/**
 * The characters that byte-level vocabularies spell bytes with: printable ones stand for themselves, the rest are moved to
 * U+0100 and on, in order.
 */
export const BYTE_CHARACTERS: readonly string[] = alphabet()

function alphabet(): string[] {
  let moved = 0
  return Array.from({ length: 256 }, (_, byte) => {
    const printable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
    return String.fromCharCode(printable ? byte : 0x100 + moved++)
  })
}

const BYTE_OF = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]))

/** The text of a byte-level piece as bytes; a character outside the alphabet stands for itself. */
export function bytesOfPiece(piece: string): Buffer {
  const parts = Array.from(piece, (character) => {
    const byte = BYTE_OF.get(character)
    return byte === undefined ? Buffer.from(character) : Buffer.of(byte)
  })
  return Buffer.concat(parts)
}
