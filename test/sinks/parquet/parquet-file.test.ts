import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Statistics } from 'hyparquet/src/types.js'
import { afterEach, before, describe, it } from 'mocha'
import { createParquetFile } from '../../../sinks/parquet/parquet-file.ts'
import * as column from '../../../sinks/parquet/column.ts'
import type { Column } from '../../../sinks/parquet/column.ts'
import {
  columnsOf,
  openParquetBytes,
  readColumn,
  readRows,
} from '../../../sinks/parquet/read-parquet.ts'
import { zstdReady } from '../../../sinks/parquet/zstd.ts'
import { duckReader, type DuckReader } from '../../builders/duckdb.ts'
import { vectorBytes } from '../../builders/outputs.ts'
import { anyRow, anyRows, columns, write, type Row } from './any-rows.ts'

/** As it is after UTF-8, where a lone surrogate is U+FFFD. */
const utf8 = (text: string): string => Buffer.from(text).toString()
const utf8OrNull = (text: string | null): string | null => (text === null ? null : utf8(text))

const asRead = (row: Row) => ({
  ...row,
  id: utf8(row.id),
  text: utf8(row.text),
  label: utf8(row.label),
  name: utf8OrNull(row.name),
  at: BigInt(row.at),
  maybeAt: row.maybeAt === null ? null : BigInt(row.maybeAt),
  vector: vectorBytes(row.vector),
  words: row.words.map(utf8),
  counts: Object.entries(row.counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, value })),
  parts: row.parts.map((part) => ({
    ...part,
    name: utf8OrNull(part.name),
    label: utf8(part.label),
  })),
})

/** By hyparquet, as an erasure reads it. */
const readBack = async (bytes: Uint8Array): Promise<readonly Record<string, unknown>[]> => {
  const parquet = await openParquetBytes(bytes)
  const group = { start: 0, end: Number(parquet.metadata.num_rows) }
  const rows: Record<string, unknown>[] = Array.from({ length: group.end }, () => ({}))
  for (const each of columnsOf(parquet)) {
    const values = await readColumn(parquet, { ...each, value: () => undefined }, group)
    assert.equal(values.length, group.end, each.name)
    for (const [at, row] of rows.entries()) row[each.name] = values[at]
  }
  return rows
}

const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, each: unknown) =>
      typeof each === 'bigint' ? String(each) : Object.is(each, -0) ? '-0' : each,
    ),
  )

/** Texts as bytes, so that nothing between DuckDB and here changes them. */
const selected = `n, encode(id) AS id, encode("text") AS "text", encode(label) AS label, encode(name) AS name,
  "int", "long", epoch_ms("at") AS "at", epoch_ms("maybeAt") AS "maybeAt", "real", flag, vector,
  list_transform(words, lambda word: encode(word)) AS words,
  map_keys(counts) AS keys, map_values(counts) AS "values",
  list_transform(parts, lambda part: part.bytes) AS sizes,
  list_transform(parts, lambda part: encode(part.name)) AS names`

describe('a Parquet file', () => {
  let duck: DuckReader | undefined
  before(zstdReady)
  afterEach(async () => {
    await duck?.close()
    duck = undefined
  })

  const inDuck = async (bytes: Uint8Array): Promise<DuckReader> => {
    await duck?.close()
    return (duck = await duckReader(new Map([['parquet/test/a.parquet', bytes]])))
  }

  it('is read by hyparquet as the rows that were written, whatever their columns hold', async () => {
    const sizes = fc.constantFrom(1, 7, 50, 1000)
    await fc.assert(
      fc.asyncProperty(anyRows, sizes, async (rows, groupRows) => {
        const read = await readBack(write(rows, groupRows))
        assert.deepEqual(plain(read.map(hexed)), plain(rows.map(asRead).map(hexed)))
      }),
      { numRuns: 100 },
    )
  })

  it('is read by DuckDB as the rows that were written, whatever their columns hold', async () => {
    await fc.assert(
      fc.asyncProperty(anyRows, fc.constantFrom(7, 1000), async (rows, groupRows) => {
        const { query } = await inDuck(write(rows, groupRows))
        const read = await query(`SELECT ${selected} FROM FILES(test)`)
        assert.deepEqual(plain(read.map(hexed)), plain(rows.map(asRead).map(ofDuck).map(hexed)))
      }),
      { numRuns: 25 },
    )
  })

  it('is the same bytes for the same rows, whatever was written before', () => {
    fc.assert(
      fc.property(anyRows, anyRows, (rows, others) => {
        const first = write(rows, 20)
        write(others, 30)
        assert.deepEqual(write(rows, 20), first)
      }),
      { numRuns: 30 },
    )
  })

  it('can have no rows', async () => {
    const bytes = createParquetFile(columns).finish({})
    const { query } = await inDuck(bytes)
    assert.deepEqual(await query('SELECT count(*)::int AS n FROM FILES(test)'), [{ n: 0 }])
    assert.deepEqual(await readBack(bytes), [])
  })

  it('holds texts of more than a page, and lists that go on where a page ends', async () => {
    const [base] = fc.sample(anyRow, { numRuns: 1, seed: 1 }) as [Row]
    const large = 'ä😀x'.repeat(400_000)
    const words = Array.from({ length: 60_000 }, (_, n) => `word ${n}`)
    const rows = Array.from({ length: 400 }, (_, n): Row => ({
      ...base,
      n,
      id: `id ${n}`,
      text: n % 200 === 7 ? large : `${n} `.repeat(1000),
      name: n % 3 === 0 ? null : `${n}`.repeat(4000),
      label: `label ${n % 2}`,
      words: n % 100 === 3 ? words : n % 100 === 4 ? [] : ['a', `${n}`],
    }))
    const bytes = write(rows, 300)
    assert.deepEqual(plain((await readBack(bytes)).map(hexed)), plain(rows.map(asRead).map(hexed)))
    const { query } = await inDuck(bytes)
    const read = await query(
      `SELECT n, encode("text") AS "text", name, len(words)::int AS words,
         words[len(words)] AS last FROM FILES(test) ORDER BY n`,
    )
    assert.equal(read.length, rows.length)
    for (const [n, row] of rows.entries()) {
      assert.ok(hexed(read[n]!['text']) === hexed(Buffer.from(row.text)), `text of row ${n}`)
      assert.equal(read[n]!['name'], row.name)
      assert.equal(read[n]!['words'], row.words.length)
      assert.equal(read[n]!['last'], row.words.at(-1) ?? null)
    }
    const { metadata } = await openParquetBytes(bytes)
    const [group] = metadata.row_groups
    const inPages = group!.columns.filter((each) => each.offset_index_offset !== undefined)
    assert.deepEqual(
      inPages.map(({ meta_data: meta }) => meta!.path_in_schema[0]),
      ['text', 'name', 'words'],
    )
  })

  it('lets a reader that skips row groups by smallest and largest value find every row', async () => {
    const order = fc.constantFrom('label', 'name', 'int', 'long', 'real')
    await fc.assert(
      fc.asyncProperty(anyRows, order, async (rows, by) => {
        const sorted = [...rows].sort((a, b) => (String(a[by]) < String(b[by]) ? -1 : 1))
        const { query } = await inDuck(write(sorted, 5))
        for (const row of rows.slice(0, 10)) {
          const [found] = await query(
            `SELECT count(*)::int AS n FROM FILES(test) WHERE "${by}" =
               (SELECT "${by}" FROM FILES(test) WHERE n = ${row.n} LIMIT 1) AND n = ${row.n}`,
          )
          assert.deepEqual(found, { n: row[by] === null ? 0 : 1 })
        }
      }),
      { numRuns: 15 },
    )
  })

  it('has a smallest and a largest value that every value is between', async () => {
    await fc.assert(
      fc.asyncProperty(anyRows, async (rows) => {
        const { metadata } = await openParquetBytes(write(rows, 1000))
        for (const { meta_data: meta } of metadata.row_groups.flatMap((each) => each.columns)) {
          const name = meta!.path_in_schema[0] as keyof Row
          const bounds = meta!.statistics
          const values = rows.map((row) => row[name]).filter((value) => value !== null)
          if (name === 'id' || name === 'text') assert.equal(bounds, undefined)
          else if (name === 'label' || name === 'name') assertBetween(values as string[], bounds)
          else if (['int', 'long', 'at', 'maybeAt', 'real', 'n'].includes(name)) {
            for (const value of values as number[]) {
              assert.ok(Number(value) >= Number(bounds!.min_value), `${name} ${value}`)
              assert.ok(Number(value) <= Number(bounds!.max_value), `${name} ${value}`)
            }
            assert.equal(Number(bounds!.null_count), rows.length - values.length)
          }
        }
      }),
      { numRuns: 100 },
    )
  })

  it('finds every id by its bloom filter, and skips row groups that do not hold it', async () => {
    const [base] = fc.sample(anyRow, { numRuns: 1, seed: 1 }) as [Row]
    const rows = Array.from({ length: 500 }, (_, n) => ({ ...base, n, id: `id ${n % 400} größe` }))
    const parquet = await openParquetBytes(write(rows, 100))
    for (const wanted of ['id 0 größe', 'id 99 größe', 'id 399 größe']) {
      const found = await readRows(parquet, ['id', 'n'], { id: { $in: [wanted] } })
      const expected = rows.filter(({ id }) => id === wanted).map(({ n }) => n)
      assert.deepEqual(
        found.map(({ n }) => n),
        expected,
      )
    }
    assert.deepEqual(await readRows(parquet, ['id'], { id: { $in: ['nobody'] } }), [])
    const { query } = await inDuck(write(rows, 100))
    const probe = `SELECT bool_or(bloom_filter_excludes) AS skipped
       FROM parquet_bloom_probe('FILE', 'id', 'nobody')`
    const [answer] = await query(probe.replace(`'FILE'`, 'PATHS(test)'))
    assert.deepEqual(answer, { skipped: true })
  })

  it('refuses a missing value in a required column, and numbers that do not fit', () => {
    const of = <T>(each: Column<T>, row: T) => {
      createParquetFile([each]).addRowGroup([row])
    }
    assert.throws(
      () =>
        of(
          column.text('a', () => null as never),
          1,
        ),
      /required/,
    )
    assert.throws(
      () =>
        of(
          column.texts('a', () => [undefined as never]),
          1,
        ),
      /required/,
    )
    assert.throws(
      () =>
        of(
          column.int('a', () => 2 ** 31),
          1,
        ),
      RangeError,
    )
    assert.throws(
      () =>
        of(
          column.int('a', () => 1.5),
          1,
        ),
      RangeError,
    )
    assert.throws(
      () =>
        of(
          column.long('a', () => 2n ** 63n),
          1,
        ),
      RangeError,
    )
    assert.throws(
      () =>
        of(
          column.time('a', () => Number.NaN),
          1,
        ),
      RangeError,
    )
  })

  it('has no NaN for a smallest or largest value', async () => {
    const file = createParquetFile([column.real<number>('real', (value) => value)])
    file.addRowGroup([Number.NaN, 2, 1, Number.NaN])
    file.addRowGroup([Number.NaN])
    const { metadata } = await openParquetBytes(file.finish({}))
    const [some, none] = metadata.row_groups.map(({ columns: [only] }) => only!.meta_data)
    assert.deepEqual([some!.statistics!.min_value, some!.statistics!.max_value], [1, 2])
    assert.equal(none!.statistics!.min_value, undefined)
  })
})

/** In the order of their bytes; the library cuts long bounds off, the largest one upwards. */
const assertBetween = (values: readonly string[], bounds: Statistics | undefined): void => {
  const [least, most] = [bounds?.min_value, bounds?.max_value].map((bound) =>
    bound === undefined ? undefined : Buffer.from(bound as string),
  )
  for (const value of values.map((each) => Buffer.from(each))) {
    if (least) assert.ok(Buffer.compare(least, value) <= 0)
    if (most) assert.ok(Buffer.compare(most, value) >= 0)
  }
}

const ofDuck = (row: ReturnType<typeof asRead>): Record<string, unknown> => {
  const { parts, counts, vector, words, ...flat } = row
  const floats = [...new Float32Array(vector.slice().buffer)]
  return {
    ...flat,
    id: Buffer.from(row.id),
    text: Buffer.from(row.text),
    label: Buffer.from(row.label),
    name: row.name === null ? null : Buffer.from(row.name),
    vector: floats,
    words: words.map((word) => Buffer.from(word)),
    keys: counts.map(({ key }) => key),
    values: counts.map(({ value }) => value),
    sizes: parts.map(({ bytes }) => bytes),
    names: parts.map(({ name }) => (name === null ? null : Buffer.from(name))),
  }
}

/** Blobs as hex, in whatever class they come. */
const hexed = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(hexed)
  if (typeof value === 'object' && value !== null) {
    const bytes = (value as { bytes?: unknown }).bytes
    if (bytes instanceof Uint8Array) return Buffer.from(bytes).toString('hex')
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hexed(each)]))
  }
  return value
}
