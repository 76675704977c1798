import type { ColumnChunk } from 'hyparquet'
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import type { PageIndexes } from './write-leaf.ts'
import { createWordSplitter, type WordSplitter } from './split-words.ts'
import { frameOf } from './zstd-blocks.ts'
import { zstd } from './zstd.ts'

/**
 * Writes a column chunk of list<float32> with required lists and elements, BYTE_STREAM_SPLIT in v2 data pages, zstd.
 * The writer library visits every element of a list by itself; here levels are one run per row and values are moved as
 * bytes. A vector is its little-endian bytes.
 *
 * Formats: https://parquet.apache.org/docs/file-format/data-pages/encodings/ (RLE, BYTE_STREAM_SPLIT)
 */
export const writeVectorColumn = (
  writer: ByteWriter,
  path: readonly string[],
  vectors: readonly Uint8Array[],
): PageIndexes => {
  const start = writer.offset
  const pages = pagesOf(vectors)
  const locations = []
  let row = 0
  let uncompressed = 0
  let values = 0
  for (const page of pages) {
    const offset = writer.offset
    const written = writePage(writer, page)
    uncompressed += written.uncompressed
    values += written.values
    const size = writer.offset - offset
    locations.push({
      offset: BigInt(offset),
      compressed_page_size: size,
      first_row_index: BigInt(row),
    })
    row += page.length
  }
  const chunk: ColumnChunk = {
    file_offset: BigInt(start),
    meta_data: {
      type: 'FLOAT',
      encodings: ['BYTE_STREAM_SPLIT', 'RLE'],
      path_in_schema: [...path],
      codec: 'ZSTD',
      num_values: BigInt(values),
      total_compressed_size: BigInt(writer.offset - start),
      total_uncompressed_size: BigInt(uncompressed),
      data_page_offset: BigInt(start),
    },
  }
  return { chunk, offsetIndex: { page_locations: locations } }
}

/** Page target, bytes of values. */
const pageBytes = 1 << 20

const pagesOf = (vectors: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] => {
  const pages: Uint8Array[][] = []
  let bytes = pageBytes
  for (const vector of vectors) {
    if (bytes >= pageBytes) {
      pages.push([])
      bytes = 0
    }
    pages.at(-1)!.push(vector)
    bytes += vector.byteLength
  }
  return pages
}

const writePage = (
  writer: ByteWriter,
  vectors: readonly Uint8Array[],
): { uncompressed: number; values: number } => {
  const repetition = repetitionLevels(vectors)
  const definition = definitionLevels(vectors)
  const levels = repetition.length + definition.length
  const { bytes, pieces } = packFloats(vectors)
  const packed = pieces.reduce((sum, { length }) => sum + length, 0)
  const empty = vectors.filter((vector) => vector.length === 0).length
  const values = bytes / 4 + empty
  const start = writer.offset
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels + bytes,
    compressed_page_size: levels + packed,
    data_page_header_v2: {
      num_values: values,
      num_nulls: empty,
      num_rows: vectors.length,
      encoding: 'BYTE_STREAM_SPLIT',
      definition_levels_byte_length: definition.length,
      repetition_levels_byte_length: repetition.length,
      is_compressed: true,
    },
  })
  const header = writer.offset - start
  writer.appendBytes(repetition)
  writer.appendBytes(definition)
  for (const piece of pieces) writer.appendBytes(piece)
  return { uncompressed: header + levels + bytes, values }
}

/** A zstd frame, in pieces, with all first bytes of the floats, then all second ones, and so on: exponents next to exponents. */
const packFloats = (
  vectors: readonly Uint8Array[],
): { readonly bytes: number; readonly pieces: readonly Uint8Array[] } => {
  const { words: placeFor, split } = (splitter ??= createWordSplitter())
  const words = placeFor(vectors.reduce((sum, { length }) => sum + length, 0) / 4)
  fillWords(vectors, words)
  const streams = split(words.length)
  // Where many numbers are 0, vectors are sparse, and a search for repetitions pays.
  const pieces = hasManyZeros(words) ? [zstd(Buffer.concat(streams))] : frameOf(streams)
  return { bytes: words.length * 4, pieces }
}

/** An RLE run of one-bit levels: its length shifted left as a varint, then the value in a byte. */
const appendRun = (writer: ByteWriter, count: number, level: 0 | 1): void => {
  if (count === 0) return
  writer.appendVarInt(count << 1)
  writer.appendUint8(level)
}

/** 0 opens a row, 1 continues its list. Rows are mostly as long as the one before, and then have the same levels. */
const repetitionLevels = (vectors: readonly Uint8Array[]): Uint8Array => {
  const writer = new ByteWriter(vectors.length * 8)
  let [length, start, end] = [-1, 0, 0]
  for (const vector of vectors) {
    const at = writer.offset
    if (vector.length === length) writer.appendBytes(writer.getBytes().subarray(start, end))
    else {
      appendRun(writer, 1, 0)
      appendRun(writer, Math.max(0, vector.length / 4 - 1), 1)
    }
    length = vector.length
    start = at
    end = writer.offset
  }
  return writer.getBytes()
}

/** 1 for an element, 0 for an empty list. */
const definitionLevels = (vectors: readonly Uint8Array[]): Uint8Array => {
  const writer = new ByteWriter(64)
  let run = 0
  for (const vector of vectors) {
    if (vector.length > 0) {
      run += vector.length / 4
      continue
    }
    appendRun(writer, run, 1)
    appendRun(writer, 1, 0)
    run = 0
  }
  appendRun(writer, run, 1)
  return writer.getBytes()
}

// Its memory is used again for every page.
let splitter: WordSplitter | undefined

/** The floats of a page as 32-bit numbers, little-endian as the machine is. */
const fillWords = (vectors: readonly Uint8Array[], words: Int32Array): void => {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
  let at = 0
  for (const vector of vectors) {
    bytes.set(vector, at)
    at += vector.length
  }
}

const hasManyZeros = (words: Int32Array): boolean => {
  let zeros = 0
  for (let at = 0; at < words.length; at += 16) if (words[at] === 0) zeros++
  return zeros * 16 > words.length / 16
}
