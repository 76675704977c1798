import type { SchemaElement } from 'hyparquet'

/**
 * One column of a dataset: its Parquet schema, and how its value comes out of a row.
 *
 * Schema elements are in depth-first order; the first is the column itself. Logical types:
 * https://parquet.apache.org/docs/file-format/types/logicaltypes/
 */
export interface Column<Row> {
  readonly name: string
  readonly elements: readonly SchemaElement[]
  /** `value`: one leaf. `items`: a list or map, whose `value` is an array. `vector`: little-endian bytes of list<float32>. */
  readonly shape: 'value' | 'items' | 'vector'
  readonly value: (row: Row) => unknown
  /** How the value of each leaf comes out of an item, in the order of the leaves; only of `items`. */
  readonly parts: readonly ((item: never) => unknown)[]
  /** Worth a bloom filter: a point lookup by this column should skip files. */
  readonly bloom: boolean
  /** `ordered`: smallest and largest value let a reader skip row groups. `loose`: they tell nothing, as of ids, hashes and URIs. */
  readonly statistics: 'ordered' | 'loose'
  /** `plain`: values hardly repeat, so nobody looks for a dictionary. */
  readonly repetition: 'dictionary' | 'plain'
}

/** What a column of one leaf is made of. */
type Leaf = Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type'>

const utf8: Leaf = {
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
}
const millis: Leaf = {
  type: 'INT64',
  converted_type: 'TIMESTAMP_MILLIS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
}

type Repetition = NonNullable<SchemaElement['repetition_type']>

const leaf = <Row>(
  name: string,
  type: Leaf,
  repetition: Repetition,
  value: (row: Row) => unknown,
): Column<Row> => ({
  name,
  elements: [{ name, repetition_type: repetition, ...type }],
  shape: 'value',
  value,
  parts: [],
  bloom: false,
  statistics: 'ordered',
  repetition: 'dictionary',
})

export const text = <Row>(name: string, value: (row: Row) => string): Column<Row> =>
  leaf(name, utf8, 'REQUIRED', value)

export const optionalText = <Row>(name: string, value: (row: Row) => string | null): Column<Row> =>
  leaf(name, utf8, 'OPTIONAL', value)

/** An id that is looked up alone: with a bloom filter, since ids are hashes and the range of a file tells nothing. */
export const id = <Row>(name: string, value: (row: Row) => string): Column<Row> => ({
  ...text(name, value),
  bloom: true,
  statistics: 'loose',
})

/** A hash or a URI that several rows have. */
export const reference = <Row>(name: string, value: (row: Row) => string | null): Column<Row> => ({
  ...optionalText(name, value),
  statistics: 'loose',
})

/** A column of ids, hashes, URIs or running text that hardly repeats. */
export const unique = <Row>(column: Column<Row>): Column<Row> => ({
  ...column,
  statistics: 'loose',
  repetition: 'plain',
})

/** INT32. */
export const int = <Row>(name: string, value: (row: Row) => number): Column<Row> =>
  leaf(name, { type: 'INT32' }, 'REQUIRED', value)

export const optionalInt = <Row>(name: string, value: (row: Row) => number | null): Column<Row> =>
  leaf(name, { type: 'INT32' }, 'OPTIONAL', value)

/** INT64, from a bigint or a whole number. */
export const long = <Row>(name: string, value: (row: Row) => bigint | number): Column<Row> =>
  leaf(name, { type: 'INT64' }, 'REQUIRED', value)

/** FLOAT, single precision. */
export const real = <Row>(name: string, value: (row: Row) => number): Column<Row> =>
  leaf(name, { type: 'FLOAT' }, 'REQUIRED', value)

export const flag = <Row>(name: string, value: (row: Row) => boolean): Column<Row> =>
  leaf(name, { type: 'BOOLEAN' }, 'REQUIRED', value)

/** UTC timestamp from epoch milliseconds. */
export const time = <Row>(name: string, value: (row: Row) => number): Column<Row> =>
  leaf(name, millis, 'REQUIRED', value)

export const optionalTime = <Row>(name: string, value: (row: Row) => number | null): Column<Row> =>
  leaf(name, millis, 'OPTIONAL', value)

const listOf = (name: string, element: readonly SchemaElement[]): readonly SchemaElement[] => [
  {
    name,
    repetition_type: 'REQUIRED',
    num_children: 1,
    converted_type: 'LIST',
    logical_type: { type: 'LIST' },
  },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  ...element,
]

/** list<float32> from little-endian bytes. */
export const vector = <Row>(name: string, value: (row: Row) => Uint8Array): Column<Row> => ({
  name,
  elements: listOf(name, [{ name: 'element', repetition_type: 'REQUIRED', type: 'FLOAT' }]),
  shape: 'vector',
  value,
  parts: [],
  bloom: false,
  statistics: 'ordered',
  repetition: 'dictionary',
})

const items = <Row, Item>(
  name: string,
  elements: readonly SchemaElement[],
  value: (row: Row) => readonly Item[],
  parts: readonly ((item: Item) => unknown)[],
): Column<Row> => ({
  name,
  elements,
  shape: 'items',
  value,
  parts,
  bloom: false,
  statistics: 'ordered',
  repetition: 'dictionary',
})

/** list<string>. */
export const texts = <Row>(name: string, value: (row: Row) => readonly string[]): Column<Row> =>
  items(name, listOf(name, [{ name: 'element', repetition_type: 'REQUIRED', ...utf8 }]), value, [
    (item) => item,
  ])

const countElements = (name: string): readonly SchemaElement[] => [
  {
    name,
    repetition_type: 'REQUIRED',
    num_children: 1,
    converted_type: 'MAP',
    logical_type: { type: 'MAP' },
  },
  { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
  { name: 'key', repetition_type: 'REQUIRED', ...utf8 },
  { name: 'value', repetition_type: 'REQUIRED', type: 'INT32' },
]

const byKey = ([a]: readonly [string, number], [b]: readonly [string, number]): number =>
  a < b ? -1 : 1

/** map<string, int32>, keys in code-unit order. */
export const counts = <Row>(
  name: string,
  value: (row: Row) => Readonly<Record<string, number>>,
): Column<Row> =>
  items(
    name,
    countElements(name),
    (row) => {
      const entries = Object.entries(value(row))
      // Most have one or none.
      return entries.length < 2 ? entries : entries.sort(byKey)
    },
    [([key]) => key, ([, count]) => count],
  )

/** list<struct> of texts and numbers, with the given fields of every item. */
export const structs = <Row, Item>(
  name: string,
  fields: readonly Column<Item>[],
  value: (row: Row) => readonly Item[],
): Column<Row> =>
  items(
    name,
    listOf(name, [
      { name: 'element', repetition_type: 'REQUIRED', num_children: fields.length },
      ...fields.flatMap(({ elements }) => elements),
    ]),
    value,
    fields.map((field) => field.value),
  )
