// `npm run new:processor NAME`: makes processors/NAME (options, logic, stage), its test and its line in
// docs/processors.md. What it makes builds, passes its test, and does a small real thing to be replaced: it lets documents
// through that have enough text. `--root DIR` works on another checkout. Overwrites nothing.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'

const fail = (message) => {
  console.error(message)
  process.exit(2)
}

const args = process.argv.slice(2)
const rootAt = args.indexOf('--root')
const root =
  rootAt < 0 ? fileURLToPath(new URL('..', import.meta.url)) : args.splice(rootAt, 2).at(1)
const [name, ...rest] = args
if (!name || rest.length > 0) fail('usage: npm run new:processor NAME')
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 40)
  fail(
    `"${name}" is no name for a processor: a verb in kebab-case, such as translate or detect-tone`,
  )

const camel = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())
const pascal = camel[0].toUpperCase() + camel.slice(1)
// A file of the folder that is called like a reserved word would still be importable; the function would not.
const reserved = new Set(
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
)
if (reserved.has(camel)) fail(`"${name}" is a reserved word of the language; take another verb`)

const options = `/** What \`${name}\` may be told. */
export interface ${pascal}Options {
  /** Documents with fewer UTF-16 units of text are dropped. */
  readonly minCharacters: number
  /** CPU milliseconds that one document may take. */
  readonly deadlineMs: number
}

export const ${camel}Defaults: ${pascal}Options = { minCharacters: 1, deadlineMs: 1_000 }
`

const logic = `import type { CanonicalDocument } from '../../topology/model/document.ts'
import type { ${pascal}Options } from './options.ts'

/** Whether a document has enough text to go on. Pure: no clock, no randomness, no I/O; linear in the text. */
export const ${camel} = (document: CanonicalDocument, options: ${pascal}Options): boolean =>
  document.text.trim().length >= options.minCharacters
`

const stage = `import type { Redacted } from '../../topology/model/draft.ts'
import { drop, forward } from '../../topology/model/outcome.ts'
import type { PureStage } from '../../topology/model/stage.ts'
import { ${camel} } from './${name}.ts'
import { ${camel}Defaults, type ${pascal}Options } from './options.ts'

/** To be put into topology/pipeline.ts after \`redact\`. Let \`version\` grow whenever the results change; \`settings\` are the options that change them. */
export const ${camel}Stage = (
  changes: Partial<${pascal}Options> = {},
): PureStage<Redacted, Redacted> => {
  const options = { ...${camel}Defaults, ...changes }
  return {
    kind: 'pure',
    name: '${name}',
    version: 1,
    order: 'key',
    doc: 'Drops documents without text',
    deadlineMs: options.deadlineMs,
    settings: { minCharacters: options.minCharacters },
    create: () => (value) => (${camel}(value.document, options) ? forward(value) : drop('no-text')),
  }
}
`

const test = `import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { ${camel}Stage } from '../../../processors/${name}/index.ts'
import { aChunkedDraft } from '../../builders/a-draft.ts'

const run = async (text: string, minCharacters: number) => {
  const draft = aChunkedDraft()
  const stage = await ${camel}Stage({ minCharacters }).create()
  const value = { ...draft, document: { ...draft.document, text } }
  return stage(value, { attempt: 1, key: draft.event.documentId, timestamp: 0 })
}

describe('${name}', () => {
  it('hands on a document with enough text as it is', async () => {
    const outcome = await run('enough', 6)
    assert.equal(outcome.kind, 'forward')
    assert.equal(outcome.kind === 'forward' && outcome.values[0]?.document.text, 'enough')
  })

  it('drops a document with less, and says why', async () => {
    assert.deepEqual(await run(' short ', 6), { kind: 'drop', reason: 'no-text' })
  })
})
`

const docsPath = join(root, 'docs', 'processors.md')
const end = '<!-- processors: end -->'

/** The docs page with one more row, rows sorted by name. */
const docsWithRow = () => {
  const page = readFileSync(docsPath, 'utf8')
  const lines = page.slice(0, page.indexOf(end)).trimEnd().split('\n')
  const first = lines.findIndex((line) => line.startsWith('| `'))
  const rows = [...lines.slice(first), `| \`${name}\` | drops documents without text | pure |`]
  return `${[...lines.slice(0, first), ...rows.sort()].join('\n')}\n\n${page.slice(page.indexOf(end))}`
}

const files = {
  [`processors/${name}/options.ts`]: options,
  [`processors/${name}/${name}.ts`]: logic,
  [`processors/${name}/index.ts`]: stage,
  [`test/processors/${name}/${name}.test.ts`]: test,
}
for (const path of Object.keys(files))
  if (existsSync(join(root, path))) fail(`${path} exists already; nothing was written`)

const write = async (path, text) => {
  const target = join(root, path)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, await format(text, { ...(await resolveConfig(target)), filepath: target }))
  console.log(path)
}
for (const [path, text] of Object.entries(files)) await write(path, text)
await write('docs/processors.md', docsWithRow())
console.log(
  `\nNext: give processors/${name}/${name}.ts its work, put ${camel}Stage into topology/pipeline.ts, see CONTRIBUTING.md.`,
)
