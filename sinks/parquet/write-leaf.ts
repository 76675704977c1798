import type { ColumnChunk, CompressionCodec, Encoding, Statistics } from 'hyparquet'
import type { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import type { writeColumn } from 'hyparquet-writer/src/column.js'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import { bloomFilterOf } from './bloom-filter.ts'
import type { Column } from './column.ts'
import { dictionaryOf, type Dictionary } from './dictionary.ts'
import { appendHybrid } from './hybrid-runs.ts'
import type { Leaf } from './leaf.ts'
import { PageBuffer } from './page-buffer.ts'
import { appendPlain, plainSize } from './plain-values.ts'
import { pagesOf, type Page, type Slots } from './slots.ts'
import { statisticsOf } from './statistics.ts'
import { zstd } from './zstd.ts'

/** What the writer library must know about a column chunk to finish the file. */
export type PageIndexes = ReturnType<typeof writeColumn>

export type LeafOptions = Pick<Column<never>, 'bloom' | 'statistics' | 'repetition'>

// Everything between two calls is in the file already, so one of each is enough for all of a thread.
const levels = new PageBuffer(1 << 12)
const body = new PageBuffer(1 << 16)
const plain = new PageBuffer(1 << 16)

/**
 * Writes a column chunk in v2 data pages: texts that repeat as indexes into a dictionary, all else PLAIN. The writer library
 * visits every value generically, for levels, for statistics and for the page, and hashes with BigInt.
 */
export const writeLeaf = (
  writer: ByteWriter,
  leaf: Leaf,
  slots: Slots,
  options: LeafOptions,
): PageIndexes => {
  const start = writer.offset
  const isText = leaf.kind === 'text'
  const values = slots.values as readonly string[]
  const dictionary =
    isText && options.repetition === 'dictionary' ? dictionaryOf(values) : undefined
  plain.clear()
  const distinct = dictionary?.distinct ?? (options.bloom && isText ? [...new Set(values)] : [])
  for (const value of distinct) plain.text(value)
  const bloomFilter =
    options.bloom && isText ? bloomFilterOf(plain.contents(), distinct.length) : undefined
  const codec = codecOf(dictionary)
  const header = dictionary ? writeDictionary(writer, dictionary, codec) : 0
  const pages = writePages(writer, leaf, { slots, dictionary, codec })
  const statistics =
    options.statistics === 'ordered'
      ? statisticsOf(leaf.kind, dictionary?.distinct ?? values, {
          nulls: slots.count - values.length,
          ascii: dictionary ? plain.ascii : pages.ascii,
        })
      : undefined
  const chunk = chunkOf(leaf, {
    start,
    end: writer.offset,
    codec,
    slots,
    pages,
    header,
    statistics,
  })
  return {
    chunk,
    ...(pages.locations.length > 1 && { offsetIndex: { page_locations: pages.locations } }),
    ...(bloomFilter && { bloomFilter }),
  }
}

/** Bytes of a dictionary with its indexes up to which nobody tries to compress: it would save less than the header of a frame. */
const tiny = 128

const codecOf = (dictionary: Dictionary | undefined): CompressionCodec => {
  if (!dictionary) return 'ZSTD'
  const { distinct, indexes } = dictionary
  const indexBytes = distinct.length === 1 ? 0 : (bitsOf(distinct.length) * indexes.length) / 8
  return plain.length + indexBytes <= tiny ? 'UNCOMPRESSED' : 'ZSTD'
}

/** Of the indexes of so many values. */
const bitsOf = (distinct: number): number => Math.max(1, 32 - Math.clz32(distinct - 1))

/** The distinct values, which are in `plain`. Answers the uncompressed bytes with their header. */
const writeDictionary = (
  writer: ByteWriter,
  { distinct }: Dictionary,
  codec: CompressionCodec,
): number => {
  const values = plain.contents()
  const packed = codec === 'ZSTD' ? zstd(values) : values
  const start = writer.offset
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: values.length,
    compressed_page_size: packed.length,
    dictionary_page_header: { num_values: distinct.length, encoding: 'PLAIN' },
  })
  const header = writer.offset - start
  writer.appendBytes(packed)
  return header + values.length
}

interface Written {
  readonly start: number
  readonly uncompressed: number
  readonly encoding: Encoding
  readonly ascii: boolean
  readonly locations: Location[]
}

type Location = NonNullable<PageIndexes['offsetIndex']>['page_locations'][number]

interface Source {
  readonly slots: Slots
  readonly dictionary: Dictionary | undefined
  readonly codec: CompressionCodec
}

const writePages = (writer: ByteWriter, leaf: Leaf, source: Source): Written => {
  const { slots, dictionary, codec } = source
  const start = writer.offset
  const encoding = dictionary ? 'RLE_DICTIONARY' : 'PLAIN'
  const locations: Location[] = []
  let uncompressed = 0
  let firstRow = 0
  let ascii = true
  for (const page of pagesOf(slots, dictionary ? 4 : plainSize(leaf.kind, slots.values))) {
    const offset = writer.offset
    fillLevels(slots, page)
    fillBody(leaf, source, page)
    ascii &&= body.ascii
    uncompressed += writePage(writer, { slots, page, codec, encoding })
    locations.push({
      offset: BigInt(offset),
      compressed_page_size: writer.offset - offset,
      first_row_index: BigInt(firstRow),
    })
    firstRow += page.rows
  }
  return { start, uncompressed, encoding, ascii, locations }
}

let repetitionBytes = 0

const fillLevels = (
  { repetition, definition, maxDefinition }: Slots,
  { slots: [from, until] }: Page,
): void => {
  levels.clear()
  if (repetition) appendHybrid(levels, repetition, from, until, 1)
  repetitionBytes = levels.length
  if (definition) appendHybrid(levels, definition, from, until, maxDefinition)
}

const fillBody = (
  { kind }: Leaf,
  { slots, dictionary }: Source,
  { values: [from, until] }: Page,
): void => {
  body.clear()
  if (!dictionary) {
    appendPlain(body, kind, slots.values, from, until)
    return
  }
  const bits = bitsOf(dictionary.distinct.length)
  body.byte(bits)
  appendHybrid(body, dictionary.indexes, from, until, bits)
}

/** Less than this is never smaller as a frame. */
const worthTrying = 64

const writePage = (
  writer: ByteWriter,
  {
    slots,
    page,
    codec,
    encoding,
  }: Pick<Source, 'slots' | 'codec'> & { readonly page: Page; readonly encoding: Encoding },
): number => {
  const data = body.contents()
  const packed = codec === 'ZSTD' && data.length > worthTrying ? zstd(data) : data
  // Reading bytes back as they are is faster than unpacking them for nothing.
  const isCompressed = packed.length < data.length * 0.98
  const stored = isCompressed ? packed : data
  const count = page.slots[1] - page.slots[0]
  const start = writer.offset
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.length + data.length,
    compressed_page_size: levels.length + stored.length,
    data_page_header_v2: {
      num_values: count,
      num_nulls: count - (page.values[1] - page.values[0]),
      num_rows: page.rows,
      encoding,
      definition_levels_byte_length: levels.length - repetitionBytes,
      repetition_levels_byte_length: slots.repetition ? repetitionBytes : 0,
      is_compressed: isCompressed,
    },
  })
  const header = writer.offset - start
  writer.appendBytes(levels.contents())
  writer.appendBytes(stored)
  return header + levels.length + data.length
}

const chunkOf = (
  { type, path }: Leaf,
  {
    start,
    end,
    codec,
    slots,
    pages,
    header,
    statistics,
  }: {
    readonly start: number
    readonly end: number
    readonly codec: CompressionCodec
    readonly slots: Slots
    readonly pages: Written
    readonly header: number
    readonly statistics: Statistics | undefined
  },
): ColumnChunk => {
  const { encoding, locations } = pages
  const isCoded = encoding === 'RLE_DICTIONARY'
  return {
    file_offset: BigInt(start),
    meta_data: {
      type,
      encodings: isCoded ? ['PLAIN', 'RLE', 'RLE_DICTIONARY'] : ['PLAIN', 'RLE'],
      path_in_schema: [...path],
      codec,
      num_values: BigInt(slots.count),
      total_uncompressed_size: BigInt(header + pages.uncompressed),
      total_compressed_size: BigInt(end - start),
      data_page_offset: BigInt(pages.start),
      ...(isCoded && {
        dictionary_page_offset: BigInt(start),
        encoding_stats: [
          { page_type: 'DICTIONARY_PAGE', encoding: 'PLAIN', count: 1 },
          { page_type: 'DATA_PAGE_V2', encoding, count: locations.length },
        ],
      }),
      ...(statistics && { statistics }),
    },
  }
}
