/* Murmur2 by Austin Appleby (public domain), 32 bits, with the seed that Kafka's default partitioner uses. */
const seed = 0x9747b28c
const multiplier = 0x5bd1e995

/** Murmur2 as a signed 32-bit integer: what Kafka's default partitioner computes of a key. */
export const murmur2 = (bytes: Uint8Array): number => {
  const { length } = bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  const words = length - (length % 4)
  let hash = seed ^ length
  for (let at = 0; at < words; at += 4) {
    let word = Math.imul(view.getInt32(at, true), multiplier)
    word = Math.imul(word ^ (word >>> 24), multiplier)
    hash = Math.imul(hash, multiplier) ^ word
  }
  for (let at = length - 1; at >= words; at--) hash ^= view.getUint8(at) << (8 * (at - words))
  if (words < length) hash = Math.imul(hash, multiplier)
  hash = Math.imul(hash ^ (hash >>> 13), multiplier)
  return hash ^ (hash >>> 15)
}

/** Partition of a key: the one Kafka's default partitioner picks, so that keys stay where they are when moving there. */
export const partitionFor = (key: Uint8Array, partitions: number): number =>
  (murmur2(key) & 0x7fffffff) % partitions
