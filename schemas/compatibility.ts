import avro from 'avsc'

/** Why records of one schema cannot be read by another, and in which field. */
export interface Incompatibility {
  /** Fields from the root, `producedBy.stage`; items, map values and union branches as `[]`, `{}` and their names. */
  readonly path: string
  readonly message: string
}

/** Avro schema as JSON: a name, a union, or an object with `type`. */
type Json = string | readonly Json[] | { readonly [key: string]: unknown }
type Definition = { readonly [key: string]: unknown }

interface Field {
  readonly name: string
  readonly type: Json
  readonly aliases?: readonly string[]
  readonly default?: unknown
}

/** Named types of each side, to resolve references such as `"ProducedBy"`. */
interface Sides {
  readonly readers: Map<string, Definition>
  readonly writers: Map<string, Definition>
  /** Records that are being compared, so that a record inside itself ends. */
  readonly open: Set<Definition>
}

const isDefinition = (schema: unknown): schema is Definition =>
  typeof schema === 'object' && schema !== null && !Array.isArray(schema)

const shortName = (name: unknown): string => String(name).split('.').at(-1)!

const namedTypes = (schema: unknown, into = new Map<string, Definition>()) => {
  if (Array.isArray(schema)) for (const each of schema) namedTypes(each, into)
  if (!isDefinition(schema)) return into
  if (schema['name'] !== undefined && schema['type'] !== undefined && schema['type'] !== 'field')
    into.set(shortName(schema['name']), schema)
  for (const field of (schema['fields'] ?? []) as readonly Field[]) namedTypes(field.type, into)
  namedTypes(schema['type'], into)
  namedTypes(schema['items'], into)
  namedTypes(schema['values'], into)
  return into
}

/** The definition behind a reference; primitives as `{type}`. */
const definitionOf = (
  schema: Json,
  named: Map<string, Definition>,
): Definition | readonly Json[] => {
  if (Array.isArray(schema)) return schema as readonly Json[]
  if (typeof schema === 'string') return named.get(shortName(schema)) ?? { type: schema }
  const inner = (schema as Definition)['type']
  return isDefinition(inner) || Array.isArray(inner)
    ? definitionOf(inner as Json, named)
    : (schema as Definition)
}

const fieldsOf = (schema: Definition) => schema['fields'] as readonly Field[]

const compareRecords = (
  reader: Definition,
  writer: Definition,
  path: string,
  sides: Sides,
): readonly Incompatibility[] => {
  if (sides.open.has(reader)) return []
  const inner = { ...sides, open: new Set([...sides.open, reader]) }
  return fieldsOf(reader).flatMap((field) => {
    const names = [field.name, ...(field.aliases ?? [])]
    const written = fieldsOf(writer).find((each) => names.includes(each.name))
    const at = path ? `${path}.${field.name}` : field.name
    if (written) return compare(field.type, written.type, at, inner)
    if (field.default !== undefined) return []
    return [{ path: at, message: 'has no default and is missing on the other side' }]
  })
}

const compareEnums = (reader: Definition, writer: Definition, path: string) => {
  const symbols = reader['symbols'] as readonly string[]
  const unknown = (writer['symbols'] as readonly string[]).filter((each) => !symbols.includes(each))
  return unknown.length > 0 && reader['default'] === undefined
    ? [
        {
          path,
          message: `symbol ${unknown.join(', ')} is unknown on the other side, and the enum has no default`,
        },
      ]
    : []
}

const nameOf = (schema: Definition | readonly Json[]): string =>
  Array.isArray(schema)
    ? 'union'
    : shortName((schema as Definition)['name'] ?? (schema as Definition)['type'])

/** What a writer's number or text may be read as (Avro specification, "Schema Resolution"). */
const promotions: Readonly<Record<string, readonly string[]>> = {
  int: ['int', 'long', 'float', 'double'],
  long: ['long', 'float', 'double'],
  float: ['float', 'double'],
  string: ['string', 'bytes'],
  bytes: ['bytes', 'string'],
}

const logicalType = (schema: Definition): string =>
  typeof schema['logicalType'] === 'string' ? schema['logicalType'] : 'none'

const comparePlain = (reader: Definition, writer: Definition, path: string) => {
  const [to, from] = [String(reader['type']), String(writer['type'])]
  if (!(promotions[from] ?? [from]).includes(to))
    return [{ path, message: `${from} cannot be read as ${to}` }]
  const [now, before] = [logicalType(reader), logicalType(writer)]
  return now === before ? [] : [{ path, message: `logical type ${before} is read as ${now}` }]
}

/** Every branch the writer may have written must find a branch of the reader. */
const compareUnions = (reader: readonly Json[], writer: Json, path: string, sides: Sides) => {
  const branches = Array.isArray(writer) ? (writer as readonly Json[]) : [writer]
  return branches.flatMap((branch) => {
    const name = nameOf(definitionOf(branch, sides.writers))
    const attempts = reader.map((each) => ({
      name: nameOf(definitionOf(each, sides.readers)),
      problems: compare(each, branch, path, sides),
    }))
    if (attempts.some(({ problems }) => problems.length === 0)) return []
    const same = attempts.find((attempt) => attempt.name === name)
    return same?.problems ?? [{ path, message: `no branch of the union reads ${name}` }]
  })
}

const compare = (
  readerSchema: Json,
  writerSchema: Json,
  path: string,
  sides: Sides,
): readonly Incompatibility[] => {
  const reader = definitionOf(readerSchema, sides.readers)
  const writer = definitionOf(writerSchema, sides.writers)
  if (Array.isArray(reader))
    return compareUnions(reader as readonly Json[], writerSchema, path, sides)
  if (Array.isArray(writer))
    return (writer as readonly Json[]).flatMap((each) => compare(readerSchema, each, path, sides))
  return compareDefinitions(reader as Definition, writer as Definition, path, sides)
}

const compareDefinitions = (
  reader: Definition,
  writer: Definition,
  path: string,
  sides: Sides,
): readonly Incompatibility[] => {
  const kind = reader['type']
  if (kind !== writer['type']) return comparePlain(reader, writer, path)
  const named = kind === 'record' || kind === 'enum' || kind === 'fixed'
  if (named && nameOf(reader) !== nameOf(writer))
    return [{ path, message: `${nameOf(writer)} is read as ${nameOf(reader)}` }]
  switch (kind) {
    case 'record':
      return compareRecords(reader, writer, path, sides)
    case 'enum':
      return compareEnums(reader, writer, path)
    case 'array':
      return compare(reader['items'] as Json, writer['items'] as Json, `${path}[]`, sides)
    case 'map':
      return compare(reader['values'] as Json, writer['values'] as Json, `${path}{}`, sides)
    default:
      return comparePlain(reader, writer, path)
  }
}

/** avsc's own judgement: a safety net below the walk, which exists to name the field. */
const resolverProblems = (reader: Json, writer: Json): readonly Incompatibility[] => {
  try {
    const type = (schema: Json) => avro.Type.forSchema(schema as avro.Schema)
    type(reader).createResolver(type(writer))
    return []
  } catch (error) {
    return [{ path: '', message: (error as Error).message }]
  }
}

/**
 * Why a reader of `readerSchema` cannot take every record of `writerSchema`; empty when it can. Beyond Avro's rules, a
 * change of logical type counts: the bytes can be read, but mean something else.
 */
export const incompatibilities = (
  readerSchema: string,
  writerSchema: string,
): readonly Incompatibility[] => {
  const [reader, writer] = [JSON.parse(readerSchema) as Json, JSON.parse(writerSchema) as Json]
  const sides = {
    readers: namedTypes(reader),
    writers: namedTypes(writer),
    open: new Set<Definition>(),
  }
  const found = compare(reader, writer, '', sides)
  return found.length > 0 ? found : resolverProblems(reader, writer)
}
