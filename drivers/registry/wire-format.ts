import { Undecodable } from '../../topology/ports/schema-registry.ts'

/** Byte 0, then the id of the schema as int32, big-endian. */
export const headerBytes = 5

export const frame = (id: number, payload: Uint8Array): Uint8Array => {
  const bytes = Buffer.allocUnsafe(headerBytes + payload.length)
  bytes.writeUInt8(0, 0)
  bytes.writeInt32BE(id, 1)
  bytes.set(payload, headerBytes)
  return bytes
}

/** The id of the schema that bytes were written with. Throws {@link Undecodable}. */
export const readId = (subject: string, bytes: Uint8Array): number => {
  if (bytes.length < headerBytes) throw new Undecodable(`${subject}: shorter than the wire format`)
  if (bytes[0] !== 0) throw new Undecodable(`${subject}: does not begin with the magic byte 0`)
  return new DataView(bytes.buffer, bytes.byteOffset, headerBytes).getInt32(1)
}
