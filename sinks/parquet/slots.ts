/**
 * The values of a leaf with their levels, in row order. A slot is a value, a null or an empty list.
 * https://parquet.apache.org/docs/file-format/nestedencoding/
 */
export interface Slots {
  readonly rows: number
  readonly count: number
  /** Those that are there. */
  readonly values: readonly unknown[]
  /** Of every slot: as many levels as `maxDefinition` where there is a value. Undefined where each has one. */
  readonly definition: Uint8Array | undefined
  readonly maxDefinition: number
  /** Of every slot: 0 opens a row, 1 continues its list. Undefined outside lists. */
  readonly repetition: Uint8Array | undefined
}

/** One value per row. */
export const flatSlots = <Row>(
  rows: readonly Row[],
  value: (row: Row) => unknown,
  optional: boolean,
): Slots => {
  const all = rows.map((row) => value(row) ?? undefined)
  let missing = 0
  for (const each of all) if (each === undefined) missing++
  const shape = { rows: rows.length, count: rows.length, repetition: undefined }
  if (!optional) {
    if (missing > 0) throw new Error('a required value is missing')
    return { ...shape, values: all, definition: undefined, maxDefinition: 0 }
  }
  const definition = new Uint8Array(rows.length).fill(1)
  if (missing === 0) return { ...shape, values: all, definition, maxDefinition: 1 }
  for (let row = 0; row < rows.length; row++) if (all[row] === undefined) definition[row] = 0
  return { ...shape, values: all.filter(isThere), definition, maxDefinition: 1 }
}

const isThere = (value: unknown): boolean => value !== undefined

/** The lists of a column, of which each leaf takes its part of every item. */
export interface Lists {
  readonly rows: number
  readonly items: readonly unknown[]
  /** Of every slot, as in {@link Slots}. */
  readonly repetition: Uint8Array
  /** Of every slot: 1 for an item, 0 for an empty list. */
  readonly definition: Uint8Array
}

export const listsOf = <Row>(rows: readonly Row[], value: (row: Row) => unknown): Lists => {
  const items: unknown[] = []
  const lengths = new Uint32Array(rows.length)
  let empty = 0
  for (let row = 0; row < rows.length; row++) {
    const list = value(rows[row]!) as readonly unknown[]
    for (const item of list) items.push(item)
    lengths[row] = list.length
    if (list.length === 0) empty++
  }
  const repetition = new Uint8Array(items.length + empty).fill(1)
  const definition = new Uint8Array(items.length + empty).fill(1)
  let slot = 0
  for (const length of lengths) {
    repetition[slot] = 0
    if (length === 0) definition[slot] = 0
    slot += Math.max(1, length)
  }
  return { rows: rows.length, items, repetition, definition }
}

export const listSlots = (
  { rows, items, repetition, definition }: Lists,
  part: (item: unknown) => unknown,
  optional: boolean,
): Slots => {
  const values: unknown[] = []
  const shape = { rows, count: definition.length, repetition, values }
  if (!optional) {
    for (const item of items) values.push(part(item))
    if (values.some((value) => value === null || value === undefined)) {
      throw new Error('a required value of a list is missing')
    }
    return { ...shape, definition, maxDefinition: 1 }
  }
  const levels = new Uint8Array(definition.length)
  let item = 0
  for (let slot = 0; slot < definition.length; slot++) {
    if (definition[slot] === 0) continue
    const value = part(items[item++]) ?? undefined
    levels[slot] = value === undefined ? 1 : 2
    if (value !== undefined) values.push(value)
  }
  return { ...shape, definition: levels, maxDefinition: 2 }
}

/** Slots that become one data page; pages begin where rows begin. */
export interface Page {
  readonly rows: number
  readonly slots: readonly [from: number, until: number]
  readonly values: readonly [from: number, until: number]
}

/** Bytes of values after which a page ends. */
const pageBytes = 1 << 20

/** `sizes`: bytes of a value, or of each of them. */
export const pagesOf = (slots: Slots, sizes: number | ((value: number) => number)): Page[] => {
  const { rows, count, values, definition, maxDefinition, repetition } = slots
  const whole: Page = { rows, slots: [0, count], values: [0, values.length] }
  if (typeof sizes === 'number' && sizes * values.length <= pageBytes) return [whole]
  const sizeOf = typeof sizes === 'number' ? () => sizes : sizes
  const pages: Page[] = []
  const begin = { row: 0, slot: 0, value: 0 }
  const cut = (row: number, slot: number, value: number): void => {
    if (slot === begin.slot) return
    pages.push({
      rows: row - begin.row,
      slots: [begin.slot, slot],
      values: [begin.value, value],
    })
    Object.assign(begin, { row, slot, value })
  }
  let bytes = 0
  let row = 0
  let value = 0
  for (let slot = 0; slot < count; slot++) {
    if (repetition === undefined || repetition[slot] === 0) {
      if (bytes >= pageBytes) {
        cut(row, slot, value)
        bytes = 0
      }
      row++
    }
    if (definition === undefined || definition[slot] === maxDefinition) bytes += sizeOf(value++)
  }
  cut(rows, count, value)
  return pages
}
