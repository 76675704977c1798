import type avro from 'avsc'

/** Memory that small values share, one behind the other. It stays as long as the last of them is held. */
const slabBytes = 64 * 1024

let slab = Buffer.allocUnsafeSlow(slabBytes)
let used = 0

/**
 * Avro binary of a value after `room` bytes that the caller fills. Throws what the type throws when the value does not fit.
 */
export const encodeToSlab = (type: avro.Type, value: unknown, room: number): Uint8Array => {
  const start = used
  const end = type.encode(value, slab, start + room)
  if (end >= 0) {
    used = end
    return slab.subarray(start, end)
  }
  // A negative answer is how many bytes were missing.
  const bytes = slab.length - start - end
  if (bytes > slabBytes / 4) return encodeAlone(type, value, room, bytes)
  slab = Buffer.allocUnsafeSlow(slabBytes)
  used = 0
  return encodeToSlab(type, value, room)
}

const encodeAlone = (type: avro.Type, value: unknown, room: number, bytes: number): Uint8Array => {
  const own = Buffer.allocUnsafeSlow(bytes)
  type.encode(value, own, room)
  return own
}
