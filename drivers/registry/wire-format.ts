import type { Codec } from '../../schemas/codec.ts'
import { Undecodable } from '../../topology/ports/schema-registry.ts'

/** Byte 0, then the id of the schema as int32, big-endian. */
export const headerBytes = 5

/** A value with its header in front. */
export const encodeFramed = <T>(
  codec: Pick<Codec<T>, 'encode'>,
  id: number,
  value: T,
): Uint8Array => {
  const bytes = codec.encode(value, headerBytes)
  bytes[0] = 0
  for (let at = 1; at < headerBytes; at++) bytes[at] = (id >>> (8 * (headerBytes - 1 - at))) & 0xff
  return bytes
}

/** The id of the schema that bytes were written with. Throws {@link Undecodable}. */
export const readId = (subject: string, bytes: Uint8Array): number => {
  if (bytes.length < headerBytes) throw new Undecodable(`${subject}: shorter than the wire format`)
  if (bytes[0] !== 0) throw new Undecodable(`${subject}: does not begin with the magic byte 0`)
  return (bytes[1]! << 24) | (bytes[2]! << 16) | (bytes[3]! << 8) | bytes[4]!
}
