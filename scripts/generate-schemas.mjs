// Generates TypeScript types and typed codecs from schemas/*.avsc. `--check` writes nothing and fails when the
// committed files differ. Mapping: long -> bigint, timestamp-millis -> number, bytes -> Uint8Array, enum -> union of
// literals, ["null", T] -> T | null; a string with the attribute `brand` gets the branded type of that name.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import avro from 'avsc'
import { format, resolveConfig } from 'prettier'

const folder = new URL('../schemas/', import.meta.url)
const pascal = (subject) => subject.replace(/(^|-)(\w)/g, (_, __, c) => c.toUpperCase())
const camel = (subject) => subject.replace(/-(\w)/g, (_, c) => c.toUpperCase())
const declared = new Map()
const brands = new Set()

const declare = (name, schema, body) => {
  const known = declared.get(name)
  if (known && known.body !== body) throw new Error(`two different types are named ${name}`)
  declared.set(name, { body, doc: schema.doc })
}

const fieldOf = (field) => `/** ${field.doc} */\nreadonly ${field.name}: ${typeOf(field.type)}`

const primitives = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'bigint',
  float: 'number',
  double: 'number',
  bytes: 'Uint8Array',
  string: 'string',
}

function typeOf(schema) {
  if (Array.isArray(schema)) return schema.map(typeOf).join(' | ')
  if (typeof schema === 'string') return primitives[schema] ?? schema
  if (schema.brand) {
    brands.add(schema.brand)
    return schema.brand
  }
  if (schema.logicalType === 'timestamp-millis') return 'number'
  switch (schema.type) {
    case 'array':
      return `readonly (${typeOf(schema.items)})[]`
    case 'map':
      return `Readonly<Record<string, ${typeOf(schema.values)}>>`
    case 'enum':
      declare(schema.name, schema, schema.symbols.map((s) => `'${s}'`).join(' | '))
      return schema.name
    case 'record':
      declare(schema.name, schema, `{\n${schema.fields.map(fieldOf).join('\n')}\n}`)
      return schema.name
    default:
      return primitives[schema.type] ?? schema.type
  }
}

const missingDocs = (schema, path) => {
  if (schema === null || typeof schema !== 'object') return []
  if (Array.isArray(schema)) return schema.flatMap((each) => missingDocs(each, path))
  const own =
    schema.fields?.filter((field) => !field.doc).map((field) => `${path}.${field.name}`) ?? []
  const inner =
    schema.fields?.flatMap((field) => missingDocs(field.type, `${path}.${field.name}`)) ?? []
  return [...own, ...inner, ...missingDocs(schema.items, path), ...missingDocs(schema.values, path)]
}

const subjects = readdirSync(folder)
  .filter((name) => name.endsWith('.avsc'))
  .map((name) => name.slice(0, -'.avsc'.length))
  .sort()
const undocumented = []
const fingerprints = new Map()
for (const subject of subjects) {
  const schema = JSON.parse(readFileSync(new URL(`${subject}.avsc`, folder), 'utf8'))
  if (schema.name !== pascal(subject))
    throw new Error(`${subject}.avsc must declare ${pascal(subject)}`)
  undocumented.push(...missingDocs(schema, subject))
  typeOf(schema)
  const canonical = JSON.stringify(avro.Type.forSchema(schema).schema())
  fingerprints.set(subject, createHash('sha256').update(canonical).digest('hex'))
}
if (undocumented.length) throw new Error(`fields without a doc: ${undocumented.join(', ')}`)

const note =
  '// Generated from schemas/*.avsc by `npm run schemas`. Edit the schema, not this file.\n'
const types = [...declared].map(([name, { body, doc }]) =>
  body.startsWith('{')
    ? `/** ${doc} */\nexport interface ${name} ${body}`
    : `/** ${doc} */\nexport type ${name} = ${body}`,
)
const files = {
  'types.ts': `${note}import type { ${[...brands].sort().join(', ')} } from '../brands.ts'\n\n${types.join('\n\n')}\n`,
  'codecs.ts': `${note}import { createCodec } from '../codec.ts'\nimport type { ${subjects.map(pascal).join(', ')} } from './types.ts'\n\n${subjects
    .map(
      (s) =>
        `export const ${camel(s)}Codec = createCodec<${pascal(s)}>('${s}', '${fingerprints.get(s)}')`,
    )
    .join(
      '\n',
    )}\n\n/** Every codec by subject. */\nexport const codecs = [${subjects.map((s) => `${camel(s)}Codec`).join(', ')}] as const\n`,
}

const check = process.argv.includes('--check')
const stale = []
for (const [name, text] of Object.entries(files)) {
  const target = new URL(`generated/${name}`, folder)
  const wanted = await format(text, { ...(await resolveConfig(target)), parser: 'typescript' })
  let present = ''
  try {
    present = readFileSync(target, 'utf8')
  } catch {
    // The first run: there is nothing yet.
  }
  if (present === wanted) continue
  if (check) stale.push(name)
  else writeFileSync(target, wanted)
}
if (stale.length) {
  console.error(
    `schemas/generated/${stale.join(', ')} out of date: run \`npm run schemas\` and commit`,
  )
  process.exit(1)
}
