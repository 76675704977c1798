import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createChunker } from '../processors/chunk/chunk.ts'
import { defaultChunkOptions } from '../processors/chunk/options.ts'
import { createParser } from '../processors/parse/parse.ts'
import { tokeniserOnce } from '../processors/tokenise/index.ts'
import type { CanonicalDocument } from '../topology/model/document.ts'
import { mailOf } from './mail-corpus.ts'
import { cpuSeconds } from './redaction/cpu.ts'
import { saveResult } from './save-result.ts'

/**
 * Megabytes of text per CPU second that are split into tokens and cut into chunks, with their ids, places and hashes:
 *
 *     npm run bench:chunk -- [FOLDER-OF-EML] [--mails 6000] [--passes 4]
 *
 * Cold is the first pass of the process, with compiling; warm the best of the others, for which most words come from the tokeniser's cache.
 * Without a folder: the real mails beside the checkout, where they are unpacked, or else generated ones. Writes bench/results/chunk.json.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mails: { type: 'string', default: '6000' },
    passes: { type: 'string', default: '4' },
  },
})
const REAL = ['../archive-data/mail_spamassassin', '../data-unpacked/mail_spamassassin']
const MARK = 30

async function* mailsOf(folder: string | undefined): AsyncGenerator<Buffer> {
  if (folder === undefined) {
    for (let index = 0; index < Number(values.mails); index++) yield Buffer.from(mailOf(index))
    return
  }
  const names = await readdir(folder, { recursive: true })
  const mails = names.filter((name) => name.endsWith('.eml')).toSorted()
  for (const name of mails.slice(0, Number(values.mails))) yield readFile(join(folder, name))
}

const folder = positionals[0] ?? REAL.find((each) => existsSync(each))
const parse = await createParser()
const documents: CanonicalDocument[] = []
for await (const content of mailsOf(folder)) {
  const parsed = await parse({ content })
  if (parsed.kind === 'parsed') documents.push(parsed.document)
}

const tokeniser = tokeniserOnce()()
const chunk = createChunker(defaultChunkOptions, tokeniser)
const megabytes = documents.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) / 1e6
let chunks = 0
const rates = Array.from({ length: Number(values.passes) }, () => {
  chunks = 0
  const seconds = cpuSeconds(() => {
    for (const document of documents)
      chunks += chunk(document, tokeniser.tokenise(document.text)).length
  })
  return megabytes / seconds
})
const result = {
  corpus: folder === undefined ? 'generated' : 'real',
  megabytes,
  chunks,
  cold: rates[0]!,
  warm: Math.max(...rates.slice(1)),
}
process.stdout.write(
  `${megabytes.toFixed(1)} MB of ${result.corpus} mails to ${chunks} chunks; MB per CPU second: cold ${result.cold.toFixed(1)}, warm ${result.warm.toFixed(1)}; the mark is ${MARK}\n`,
)
await saveResult('chunk', result)
