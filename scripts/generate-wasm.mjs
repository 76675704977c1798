// Writes drivers/embedded/vector-index/score-rows-module.ts from score-rows.wat beside it. `--check` writes nothing and fails when the
// committed module differs.
import { readFileSync, writeFileSync } from 'node:fs'
import { format, resolveConfig } from 'prettier'
import wabt from 'wabt'

const folder = new URL('../drivers/embedded/vector-index/', import.meta.url)
const source = new URL('score-rows.wat', folder)
const target = new URL('score-rows-module.ts', folder)

const { parseWat } = await wabt()
const { buffer } = parseWat('score-rows.wat', readFileSync(source, 'utf8'), {
  simd: true,
}).toBinary({})
const base64 = Buffer.from(buffer).toString('base64')
const written = `// Written by \`npm run wasm\` from score-rows.wat. Edit that, not this.

/** Base64 of ${buffer.length} bytes. */
export const scoreRowsModule = '${base64}'
`
const options = await resolveConfig(target)
const module = await format(written, { ...options, parser: 'typescript' })
if (!process.argv.includes('--check')) writeFileSync(target, module)
else if (readFileSync(target, 'utf8') !== module) {
  console.error('score-rows-module.ts is not what score-rows.wat makes: npm run wasm')
  process.exitCode = 1
}
