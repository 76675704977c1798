// Writes deploy/triton/test-models/recognise-lexicon/1/names.json from names.txt beside it: the ids of each name, by the package's tokenizer.
import { readFileSync, writeFileSync } from 'node:fs'
import { loadTokenizer } from '../dist/processors/tokenise/load-tokenizer.js'
import { createTokeniser } from '../dist/processors/tokenise/tokeniser.js'

const folder = new URL('../deploy/triton/test-models/recognise-lexicon/1/', import.meta.url)
const tokeniser = createTokeniser(loadTokenizer())
const names = readFileSync(new URL('names.txt', folder), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [kind, ...words] = line.split(' ')
    return { kind, ids: [...tokeniser.tokenise(words.join(' ')).ids] }
  })
const lines = names.map((name) => `  ${JSON.stringify(name)}`)
const text = `{\n  "tokenizerSha256": "${tokeniser.sha256}",\n  "names": [\n${lines.map((line) => `  ${line}`).join(',\n')}\n  ]\n}\n`
writeFileSync(new URL('names.json', folder), text)
