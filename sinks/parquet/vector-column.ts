import type { ColumnChunk } from 'hyparquet'
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import type { writeColumn } from 'hyparquet-writer/src/column.js'
import { zstd } from './zstd.ts'

/** What the writer library must know about a column chunk to finish the file. */
export type PageIndexes = ReturnType<typeof writeColumn>

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
  const plain = splitBytes(vectors)
  const packed = zstd(plain)
  // Noise does not compress; reading it back plain is faster than unpacking it for nothing.
  const worth = packed.length < plain.length * 0.98
  const body = worth ? packed : plain
  const empty = vectors.filter((vector) => vector.length === 0).length
  const values = plain.length / 4 + empty
  const start = writer.offset
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels + plain.length,
    compressed_page_size: levels + body.length,
    data_page_header_v2: {
      num_values: values,
      num_nulls: empty,
      num_rows: vectors.length,
      encoding: 'BYTE_STREAM_SPLIT',
      definition_levels_byte_length: definition.length,
      repetition_levels_byte_length: repetition.length,
      is_compressed: worth,
    },
  })
  const header = writer.offset - start
  writer.appendBytes(repetition)
  writer.appendBytes(definition)
  writer.appendBytes(body)
  return { uncompressed: header + levels + plain.length, values }
}

/** An RLE run of one-bit levels: its length shifted left as a varint, then the value in a byte. */
const appendRun = (writer: ByteWriter, count: number, level: 0 | 1): void => {
  if (count === 0) return
  writer.appendVarInt(count << 1)
  writer.appendUint8(level)
}

/** 0 opens a row, 1 continues its list. */
const repetitionLevels = (vectors: readonly Uint8Array[]): Uint8Array => {
  const writer = new ByteWriter(vectors.length * 8)
  for (const vector of vectors) {
    appendRun(writer, 1, 0)
    appendRun(writer, Math.max(0, vector.length / 4 - 1), 1)
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

/** First bytes of all floats, then the second bytes, and so on: exponents next to exponents compress. */
const splitBytes = (vectors: readonly Uint8Array[]): Uint8Array => {
  const total = vectors.reduce((sum, vector) => sum + vector.length, 0)
  const count = total / 4
  const out = new Uint8Array(total)
  let at = 0
  for (const vector of vectors) {
    for (let i = 0; i < vector.length; i += 4, at += 1) {
      out[at] = vector[i]!
      out[at + count] = vector[i + 1]!
      out[at + 2 * count] = vector[i + 2]!
      out[at + 3 * count] = vector[i + 3]!
    }
  }
  return out
}
