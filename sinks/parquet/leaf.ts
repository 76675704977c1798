import type { SchemaElement } from 'hyparquet'
import type { Column } from './column.ts'

/** How the values of a leaf are written. */
export type LeafKind = 'text' | 'int' | 'long' | 'real' | 'flag'

/** One leaf of the schema: a column of values in the file. */
export interface Leaf {
  /** Names from the column down. */
  readonly path: readonly string[]
  readonly type: NonNullable<SchemaElement['type']>
  readonly kind: LeafKind
  readonly optional: boolean
}

const kinds: Partial<Record<Leaf['type'], LeafKind>> = {
  BYTE_ARRAY: 'text',
  INT32: 'int',
  INT64: 'long',
  FLOAT: 'real',
  BOOLEAN: 'flag',
}

/** The leaves of a column in schema order. Throws where the schema has what this writer never writes. */
export const leavesOf = ({ name, elements }: Pick<Column<never>, 'name' | 'elements'>): Leaf[] => {
  const leaves: Leaf[] = []
  const walk = (at: number, parents: readonly string[]): number => {
    const element = elements[at]!
    const path = [...parents, element.name]
    const children = element.num_children ?? 0
    if (children === 0) leaves.push(leafOf(element, path))
    let next = at + 1
    for (let child = 0; child < children; child++) next = walk(next, path)
    return next
  }
  walk(0, [])
  if (leaves.length === 0) throw new Error(`column ${name} has no values`)
  return leaves
}

const leafOf = (element: SchemaElement, path: readonly string[]): Leaf => {
  const { type, repetition_type: repetition } = element
  const kind = type && kinds[type]
  if (!kind || repetition === 'REPEATED') {
    throw new Error(`column ${path.join('.')} has a type that this writer does not write`)
  }
  return { path, type, kind, optional: repetition === 'OPTIONAL' }
}
