import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { loadTokenizer } from '../../../processors/tokenise/load-tokenizer.ts'
import { differenceFrom } from './difference.ts'
import { randomTexts } from './random-text.ts'
import { trainedFiles } from './trained-files.ts'

/**
 * Random strings through our tokenisers and the reference, for as long as wanted:
 *
 *     npm run fuzz:tokenise -- [--strings 1000000] [--seed 1] [tokenizer.json ...]
 *
 * Without files: the embedded vocabulary and the files that the tests train. Ends with code 1 at the first difference.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    strings: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
})
const strings = Number(values.strings)
const files: readonly (readonly [name: string, json: string])[] =
  positionals.length > 0
    ? positionals.map((path) => [path, readFileSync(path, 'utf8')])
    : [['embedded vocabulary', loadTokenizer()], ...(await trainedFiles())]

const BATCH = 2000
for (const [name, json] of files) {
  const find = differenceFrom(json)
  for (let done = 0; done < strings; done += BATCH) {
    const seed = Number(values.seed) + done / BATCH
    const difference = await find(randomTexts(seed, Math.min(BATCH, strings - done)))
    if (difference === undefined) continue
    process.stdout.write(`${name}: differs, seed ${seed}: ${difference}\n`)
    process.exit(1)
  }
  process.stdout.write(`${name}: ${strings} strings, 0 differences in ids and offsets\n`)
}
