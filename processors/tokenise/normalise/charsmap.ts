import { clusterFinder } from './graphemes.ts'
import type { Changes, Normalised } from './normalised.ts'

/** What a precompiled map makes of the code points `[start, end)` together; undefined when it has no rule for them. */
type Rule = (points: Int32Array, start: number, end: number) => Int32Array | undefined

/** Clusters of this many bytes or more are mapped character by character. */
const LONG_CLUSTER = 6

/**
 * Makes the normaliser behind a `precompiled_charsmap` of SentencePiece: a double array of byte strings and, behind it,
 * what they become. As in the reference, a rule for the beginning of a cluster replaces all of it.
 *
 * @throws {RangeError} when the bytes are not such a map
 */
export function charsmapNormaliser(base64: string): {
  readonly apply: (input: Normalised, changes: Changes) => void
  /** True when a character is not changed, whatever stands beside it, as long as that is plain too. */
  readonly plain: (point: number) => boolean
} {
  const rule = parse(Buffer.from(base64, 'base64'))
  const clusterEnd = clusterFinder()
  const single = singleRules(rule)
  const apply = (input: Normalised, changes: Changes): void => {
    const { points, length } = input
    for (let i = 0; i < length;) {
      const end = isAsciiAlone(points, i, length) ? i + 1 : clusterEnd(points, i, length)
      const whole = end > i + 1 && bytesOf(points, i, end) < LONG_CLUSTER
      const joint = whole ? rule(points, i, end) : undefined
      if (joint !== undefined) replace(changes, end - i, joint)
      else {
        for (let at = i; at < end; at++) {
          const out = single(points[at]!)
          if (out === undefined) changes.push(points[at]!, 0)
          else replace(changes, 1, out)
        }
      }
      i = end
    }
  }
  return { apply, plain: (point) => single(point) === undefined }
}

function isAsciiAlone(points: Int32Array, at: number, length: number): boolean {
  const point = points[at]!
  return point < 0x80 && point !== 0x0d && (at + 1 === length || points[at + 1]! < 0x80)
}

/** The reference counts characters: inserted ones at the end, and swallowed ones on the last one written so far. */
function replace(changes: Changes, from: number, out: Int32Array): void {
  const more = out.length - from
  for (let i = 0; i < out.length; i++) changes.push(out[i]!, 0)
  const last = changes.changes.length - 1
  for (let i = 0; i < more; i++) changes.changes[last - i] = 1
  if (more < 0 && last >= 0) changes.changes[last] = changes.changes[last]! + more
  if (more < 0 && last < 0) changes.removed -= more
}

function singleRules(rule: Rule): (point: number) => Int32Array | undefined {
  const known = new Map<number, Int32Array | undefined>()
  const one = new Int32Array(1)
  return (point) => {
    if (known.has(point)) return known.get(point)
    one[0] = point
    const out = rule(one, 0, 1)
    known.set(point, out)
    return out
  }
}

function parse(bytes: Buffer): Rule {
  const size = bytes.length < 4 ? 0 : bytes.readUInt32LE(0)
  if (size === 0 || size % 4 !== 0 || 4 + size > bytes.length) {
    throw new RangeError('not a precompiled map of characters')
  }
  const units = Uint32Array.from({ length: size / 4 }, (_, i) => bytes.readUInt32LE(4 + 4 * i))
  const outputs = bytes.subarray(4 + size)
  return (points, start, end) => {
    const at = firstMatch(units, utf8(points, start, end))
    if (at < 0 || at > outputs.length) return undefined
    const zero = outputs.indexOf(0, at)
    const text = outputs.toString('utf8', at, zero < 0 ? outputs.length : zero)
    return Int32Array.from(Array.from(text, (character) => character.codePointAt(0)!))
  }
}

function utf8(points: Int32Array, start: number, end: number): Buffer {
  return Buffer.from(String.fromCodePoint(...points.subarray(start, end)))
}

/** Value of the shortest key that `bytes` begins with, or -1. */
function firstMatch(units: Uint32Array, bytes: Buffer): number {
  let node = offsetOf(units[0]!)
  for (const byte of bytes) {
    if (byte === 0) return -1
    node ^= byte
    const unit = units[node]
    if (unit === undefined || (unit & 0x800000ff) !== byte) return -1
    node ^= offsetOf(unit)
    if ((unit & 0x100) !== 0) return units[node]! & 0x7fffffff
  }
  return -1
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6)
}

function bytesOf(points: Int32Array, start: number, end: number): number {
  let bytes = 0
  for (let i = start; i < end && bytes < LONG_CLUSTER; i++) bytes += sizeOf(points[i]!)
  return bytes
}

function sizeOf(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
}
