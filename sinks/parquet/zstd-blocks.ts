import { BitWriter } from './bit-writer.ts'
import { countBytes, encodePart, mostOfBlock, setCodes } from './code-bytes.ts'
import { huffmanLengths } from './huffman-lengths.ts'
import { describeWeights } from './huffman-weights.ts'

/**
 * A zstd frame of blocks that hold bytes as they are or Huffman-coded, without any search for repetitions: for streams of bytes
 * that have none, where level 1 spends most of its time on the search and finds chance matches that cost more than they save.
 *
 * Format: RFC 8878, 3.1.1
 */
export const frameOf = (streams: readonly Uint8Array[]): readonly Uint8Array[] => {
  const size = streams.reduce((sum, { length }) => sum + length, 0)
  const pieces = streams.flatMap((stream) =>
    blocksOf(stream).flatMap((block) => encodeBlock(block)),
  )
  return [frameHeader(size), ...pieces, Uint8Array.of(1, 0, 0)]
}

/** Magic number, "single segment with four bytes of content size", content size. */
const frameHeader = (size: number): Uint8Array => {
  const header = Buffer.alloc(9)
  header.writeUInt32LE(0xfd2fb528)
  header[4] = 0xa0
  header.writeUInt32LE(size, 5)
  return header
}

const blocksOf = (stream: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(stream.length / mostOfBlock) }, (_, block) =>
    stream.subarray(block * mostOfBlock, (block + 1) * mostOfBlock),
  )

type BlockType = 'raw' | 'run' | 'compressed'
const blockTypes: Record<BlockType, number> = { raw: 0, run: 1, compressed: 2 }

const blockHeader = (type: BlockType, size: number): Uint8Array => {
  const value = (size << 3) | (blockTypes[type] << 1)
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, value >> 16)
}

const encodeBlock = (block: Uint8Array): readonly Uint8Array[] => {
  const raw = [blockHeader('raw', block.length), block]
  // With less than 256 bytes the sizes would be written in another way.
  if (block.length < 1024 || isNoise(block)) return raw
  const counts = countBytes(block)
  if (counts[block[0]!] === block.length) {
    return [blockHeader('run', block.length), block.slice(0, 1)]
  }
  const literals = encodeLiterals(block, counts)
  const size = literals?.reduce((sum, { length }) => sum + length, 0) ?? block.length
  return literals && size < block.length * 0.98
    ? [blockHeader('compressed', size), ...literals]
    : raw
}

const sampleRuns = 4
const sampleRun = 256

/** Whether a sample of the bytes has so many different values that coding them would save next to nothing. */
const isNoise = (block: Uint8Array): boolean => {
  const counts = new Uint32Array(256)
  for (let run = 0; run < sampleRuns; run++) {
    const start = Math.floor((run * (block.length - sampleRun)) / (sampleRuns - 1))
    for (let at = start; at < start + sampleRun; at++) counts[block[at]!]!++
  }
  const samples = sampleRuns * sampleRun
  let bits = 0
  for (const count of counts) if (count > 0) bits += count * Math.log2(samples / count)
  return bits > 7.6 * samples
}

const mostBits = 11

/** Of a block that was just counted: a literals section of four streams, and a sequences section of none. Undefined where the tree cannot be described. */
const encodeLiterals = (
  block: Uint8Array,
  counts: Uint32Array,
): readonly Uint8Array[] | undefined => {
  const lengths = huffmanLengths(counts, mostBits)
  const longest = Math.max(...lengths)
  const weights = lengths.map((length) => (length === 0 ? 0 : longest + 1 - length))
  const last = weights.findLastIndex((weight) => weight > 0)
  const tree = describeWeights(weights.subarray(0, last))
  if (!tree) return undefined
  setCodes(codesOf(weights, lengths, longest))
  const quarter = Math.ceil(block.length / 4)
  const streams = [0, 1, 2, 3].map((part) =>
    encodePart(part * quarter, Math.min(block.length, (part + 1) * quarter)),
  )
  const jumps = Buffer.alloc(6)
  for (const part of [0, 1, 2]) jumps.writeUInt16LE(streams[part]!.length, 2 * part)
  const size = streams.reduce((sum, { length }) => sum + length, tree.length + jumps.length)
  return [literalsHeader(block.length, size), tree, jumps, ...streams, Uint8Array.of(0)]
}

/** "Compressed, four streams, 18 bits for each size." */
const literalsHeader = (size: number, compressed: number): Uint8Array => {
  const out = new BitWriter(5)
  out.add(0b1110, 4)
  out.add(size & 0xffff, 16)
  out.add(size >> 16, 2)
  out.add(compressed & 0xffff, 16)
  out.add(compressed >> 16, 2)
  return out.finish()
}

/** Of every symbol, with its length above 16 bits. Long codes first, equal ones by symbol. */
const codesOf = (weights: Uint8Array, lengths: Uint8Array, longest: number): Uint32Array => {
  const codes = new Uint32Array(256)
  let place = 0
  for (let weight = 1; weight <= longest; weight++) {
    for (let symbol = 0; symbol < weights.length; symbol++) {
      if (weights[symbol] !== weight) continue
      codes[symbol] = (place >> (weight - 1)) | (lengths[symbol]! << 16)
      place += 1 << (weight - 1)
    }
  }
  return codes
}
