// Writes NAME-module.ts beside every NAME.wat below. `--check` writes nothing and fails when a committed module differs.
import { readFileSync, writeFileSync } from 'node:fs'
import { format, resolveConfig } from 'prettier'
import wabt from 'wabt'

const sources = [
  'drivers/embedded/vector-index/score-rows.wat',
  'processors/redact/text-pass.wat',
  'sinks/parquet/code-bytes.wat',
  'sinks/parquet/split-words.wat',
]

const { parseWat } = await wabt()

const moduleOf = async (source) => {
  const text = readFileSync(new URL(`../${source}`, import.meta.url), 'utf8')
  const { buffer } = parseWat(source, text, { simd: true, bulk_memory: true }).toBinary({})
  const file = source.split('/').at(-1)
  const name = file
    .slice(0, -'.wat'.length)
    .replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase())
  const module = `// Written by \`npm run wasm\` from ${file}. Edit that, not this.

/** Base64 of ${buffer.length} bytes. */
export const ${name}Module = '${Buffer.from(buffer).toString('base64')}'
`
  const target = new URL(`../${source.slice(0, -'.wat'.length)}-module.ts`, import.meta.url)
  const options = await resolveConfig(target)
  return { target, module: await format(module, { ...options, parser: 'typescript' }) }
}

for (const source of sources) {
  const { target, module } = await moduleOf(source)
  if (!process.argv.includes('--check')) writeFileSync(target, module)
  else if (readFileSync(target, 'utf8') !== module) {
    console.error(`${source} makes another module than the one beside it: npm run wasm`)
    process.exitCode = 1
  }
}
