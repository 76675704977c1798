/**
 * xxHash64 with seed 0 over 32-bit halves: the hash of Parquet's bloom filters. Over BigInt it takes some fifty times as long.
 *
 * Format: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */
export interface Hash64 {
  /** Both halves unsigned. */
  readonly high: number
  readonly low: number
}

/** A 64-bit number in two signed halves that is worked on in place. */
interface Word {
  high: number
  low: number
}

const word = (high: number, low: number): Word => ({ high: high | 0, low: low | 0 })

const prime1 = word(0x9e3779b1, 0x85ebca87)
const prime2 = word(0xc2b2ae3d, 0x27d4eb4f)
const prime3 = word(0x165667b1, 0x9e3779f9)
const prime4 = word(0x85ebca77, 0xc2b2ae63)
const prime5 = word(0x27d4eb2f, 0x165667c5)

const set = (to: Word, high: number, low: number): void => {
  to.high = high
  to.low = low
}

const add = (to: Word, high: number, low: number): void => {
  const sum = (to.low >>> 0) + (low >>> 0)
  to.high = (to.high + high + (sum > 0xffffffff ? 1 : 0)) | 0
  to.low = sum | 0
}

const multiply = (to: Word, by: Word): void => {
  const { high, low } = to
  const a = low & 0xffff
  const b = low >>> 16
  const c = by.low & 0xffff
  const d = by.low >>> 16
  const small = Math.imul(a, c) >>> 0
  const left = Math.imul(b, c) >>> 0
  const right = Math.imul(a, d) >>> 0
  const middle = (left & 0xffff) + (right & 0xffff) + (small >>> 16)
  const carried = Math.imul(b, d) + (left >>> 16) + (right >>> 16) + (middle >>> 16)
  to.low = (middle << 16) | (small & 0xffff)
  to.high = (carried + Math.imul(high, by.low) + Math.imul(low, by.high)) | 0
}

/** By 1 to 31 bits. */
const rotate = (to: Word, bits: number): void => {
  const { high, low } = to
  to.high = (high << bits) | (low >>> (32 - bits))
  to.low = (low << bits) | (high >>> (32 - bits))
}

const round = (lane: Word, high: number, low: number): void => {
  set(input, high, low)
  multiply(input, prime2)
  add(lane, input.high, input.low)
  rotate(lane, 31)
  multiply(lane, prime1)
}

/** `(hash ^ round(0, high:low))`, the start of every step that takes in eight bytes or a lane. */
const mix = (hash: Word, high: number, low: number): void => {
  set(lane, 0, 0)
  round(lane, high, low)
  hash.high ^= lane.high
  hash.low ^= lane.low
}

const shiftMix = (hash: Word, bits: number): void => {
  const { high, low } = hash
  hash.low = bits === 32 ? low ^ high : low ^ ((low >>> bits) | (high << (32 - bits)))
  hash.high = bits === 32 ? high : high ^ (high >>> bits)
}

/** By 33 bits: nothing of the low half is left. */
const shiftMix33 = (hash: Word): void => {
  hash.low ^= hash.high >>> 1
}

// Nothing of these outlives a call; a hash of its own would cost more to allocate than to compute.
const input = word(0, 0)
const lane = word(0, 0)
const lanes = [word(0, 0), word(0, 0), word(0, 0), word(0, 0)] as const

export const xxhash64 = (bytes: DataView, start: number, end: number): Hash64 => {
  const hash = word(0, 0)
  let at = start
  if (end - start >= 32) at = hashStripes(hash, bytes, start, end)
  else add(hash, prime5.high, prime5.low)
  add(hash, 0, end - start)
  for (; at + 8 <= end; at += 8) {
    mix(hash, bytes.getInt32(at + 4, true), bytes.getInt32(at, true))
    rotate(hash, 27)
    multiply(hash, prime1)
    add(hash, prime4.high, prime4.low)
  }
  return finish(hash, bytes, at, end)
}

const hashStripes = (hash: Word, bytes: DataView, start: number, end: number): number => {
  const [first, second, third, fourth] = lanes
  set(first, prime1.high, prime1.low)
  add(first, prime2.high, prime2.low)
  set(second, prime2.high, prime2.low)
  set(third, 0, 0)
  set(fourth, ~prime1.high, ~prime1.low)
  add(fourth, 0, 1)
  let at = start
  for (; at + 32 <= end; at += 32) {
    round(first, bytes.getInt32(at + 4, true), bytes.getInt32(at, true))
    round(second, bytes.getInt32(at + 12, true), bytes.getInt32(at + 8, true))
    round(third, bytes.getInt32(at + 20, true), bytes.getInt32(at + 16, true))
    round(fourth, bytes.getInt32(at + 28, true), bytes.getInt32(at + 24, true))
  }
  addRotated(hash, first, 1)
  addRotated(hash, second, 7)
  addRotated(hash, third, 12)
  addRotated(hash, fourth, 18)
  for (const { high, low } of lanes) {
    mix(hash, high, low)
    multiply(hash, prime1)
    add(hash, prime4.high, prime4.low)
  }
  return at
}

const addRotated = (hash: Word, { high, low }: Word, bits: number): void => {
  set(lane, high, low)
  rotate(lane, bits)
  add(hash, lane.high, lane.low)
}

const finish = (hash: Word, bytes: DataView, start: number, end: number): Hash64 => {
  let at = start
  if (at + 4 <= end) {
    set(lane, 0, bytes.getInt32(at, true))
    multiply(lane, prime1)
    hash.high ^= lane.high
    hash.low ^= lane.low
    rotate(hash, 23)
    multiply(hash, prime2)
    add(hash, prime3.high, prime3.low)
    at += 4
  }
  for (; at < end; at++) {
    set(lane, 0, bytes.getUint8(at))
    multiply(lane, prime5)
    hash.high ^= lane.high
    hash.low ^= lane.low
    rotate(hash, 11)
    multiply(hash, prime1)
  }
  shiftMix33(hash)
  multiply(hash, prime2)
  shiftMix(hash, 29)
  multiply(hash, prime3)
  shiftMix(hash, 32)
  return { high: hash.high >>> 0, low: hash.low >>> 0 }
}
