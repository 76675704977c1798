import fc from 'fast-check'
import * as column from '../../../sinks/parquet/column.ts'
import type { Column } from '../../../sinks/parquet/column.ts'
import { createParquetFile } from '../../../sinks/parquet/parquet-file.ts'
import { vectorBytes } from '../../builders/outputs.ts'

interface Part {
  readonly name: string | null
  readonly bytes: bigint
  readonly label: string
}

/** A row with a column of every kind. */
export interface Row {
  readonly n: number
  readonly id: string
  readonly text: string
  readonly label: string
  readonly name: string | null
  readonly int: number
  readonly long: bigint
  readonly at: number
  readonly maybeAt: number | null
  readonly real: number
  readonly flag: boolean
  readonly vector: readonly number[]
  readonly words: readonly string[]
  readonly counts: Readonly<Record<string, number>>
  readonly parts: readonly Part[]
}

export const columns: readonly Column<Row>[] = [
  column.int('n', ({ n }) => n),
  column.id('id', ({ id }) => id),
  column.unique(column.text('text', ({ text }) => text)),
  column.text('label', ({ label }) => label),
  column.optionalText('name', ({ name }) => name),
  column.int('int', ({ int }) => int),
  column.long('long', ({ long }) => long),
  column.time('at', ({ at }) => at),
  column.optionalTime('maybeAt', ({ maybeAt }) => maybeAt),
  column.real('real', ({ real }) => real),
  column.flag('flag', ({ flag }) => flag),
  column.vector('vector', ({ vector }) => vectorBytes(vector)),
  column.texts('words', ({ words }) => words),
  column.counts('counts', ({ counts }) => counts),
  column.structs<Row, Part>(
    'parts',
    [
      column.optionalText('name', ({ name }) => name),
      column.long('bytes', ({ bytes }) => bytes),
      column.text('label', ({ label }) => label),
    ],
    ({ parts }) => parts,
  ),
]

/** Any text, lone surrogates too. */
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  fc.string({ minLength: 60, maxLength: 300 }),
)
const fewTexts = fc.constantFrom(
  '',
  'a',
  'spam',
  'größe',
  '😀',
  '\ud800',
  '\uffff',
  '😀a',
  '\ufeffa',
)
const anyInt = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const anyLong = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const anyTime = fc.integer({ min: -8.64e15, max: 8.64e15 })
const anyReal = fc.float({ noNaN: true })

export const anyRow: fc.Arbitrary<Row> = fc.record({
  n: fc.constant(0),
  id: fc.oneof(anyText, fewTexts),
  text: anyText,
  label: fewTexts,
  name: fc.option(fc.oneof(anyText, fewTexts)),
  int: anyInt,
  long: anyLong,
  at: anyTime,
  maybeAt: fc.option(anyTime),
  real: anyReal,
  flag: fc.boolean(),
  vector: fc.array(anyReal, { maxLength: 9 }),
  words: fc.array(fewTexts, { maxLength: 4 }),
  counts: fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), anyInt, {
    maxKeys: 4,
    noNullPrototype: true,
  }),
  parts: fc.array(fc.record({ name: fc.option(fewTexts), bytes: anyLong, label: fewTexts }), {
    maxLength: 3,
  }),
})

/** Rows in order, some of them many times, which is what dictionaries and runs are for. */
export const anyRows = fc
  .array(fc.tuple(anyRow, fc.constantFrom(1, 1, 1, 2, 20)), { maxLength: 40 })
  .map((some) => some.flatMap(([row, count]) => Array.from({ length: count }, () => row)))
  .map((rows) => rows.map((row, n) => ({ ...row, n })))

/** A file of row groups of so many rows. */
export const write = (rows: readonly Row[], groupRows: number): Uint8Array => {
  const file = createParquetFile(columns)
  for (let at = 0; at < rows.length; at += groupRows) {
    file.addRowGroup(rows.slice(at, at + groupRows))
  }
  return file.finish({ dataset: 'test' })
}
