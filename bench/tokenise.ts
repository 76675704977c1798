import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { createParser } from '../processors/parse/parse.ts'
import { wellFormed } from '../processors/parse/well-formed.ts'
import { trainedFiles } from '../test/processors/tokenise/trained-files.ts'
import { mailOf } from './mail-corpus.ts'
import { saveResult } from './save-result.ts'
import type { EngineReport } from './tokenise/run-engine.ts'

/**
 * Ids and offsets of the texts of mails, by our tokenisers and by the reference on one thread, in turn, each in a process of its own:
 *
 *     npm run bench:tokenise -- [FOLDER-OF-EML] [--tokenizer tokenizer.json ...] [--rounds 3] [--megabytes 6]
 *
 * "run ms": CPU milliseconds for 100,000 times one character, the slowest of eight; the mark is 150. Without a folder: generated mails. Without files: the vocabulary of the package, and a byte-level BPE and a Unigram file that
 * the reference trains on the spot, which are small. Writes bench/results/tokenise.json.
 */
const run = promisify(execFile)
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tokenizer: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '3' },
    megabytes: { type: 'string', default: '6' },
  },
})
const write = (text: string) => process.stdout.write(`${text}\n`)
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

async function* mails(): AsyncGenerator<Buffer> {
  const [folder] = positionals
  if (folder === undefined) {
    for (let index = 0; ; index++) yield Buffer.from(mailOf(index))
  }
  const names = await readdir(folder, { recursive: true })
  for (const name of names.filter((each) => each.endsWith('.eml')).toSorted()) {
    yield await readFile(join(folder, name))
  }
}

const textsOfMails = async (): Promise<string[]> => {
  const parse = await createParser()
  const texts: string[] = []
  let left = Number(values.megabytes) * 1e6
  for await (const content of mails()) {
    const parsed = await parse({ content })
    if (parsed.kind !== 'parsed') continue
    texts.push(wellFormed(parsed.document.text))
    left -= Buffer.byteLength(parsed.document.text)
    if (left <= 0) break
  }
  return texts
}

const files = async (folder: string): Promise<[name: string, path: string][]> => {
  if (values.tokenizer !== undefined) return values.tokenizer.map((path) => [basename(path), path])
  const found: [string, string][] = [
    ['WordPiece', here('../../processors/tokenise/vocabulary/tokenizer.json')],
  ]
  const kinds = new Map([
    ['Llama 3', 'byte-level BPE'],
    ['XLM-R', 'Unigram'],
  ])
  for (const [name, json] of await trainedFiles()) {
    const kind = kinds.get(name)
    if (kind === undefined) continue
    const path = join(folder, `${kind}.json`)
    await writeFile(path, json)
    found.push([kind, path])
  }
  return found
}

const ENGINES = ['ours', 'tokenizers'] as const

const folder = await mkdtemp(join(tmpdir(), 'bench-tokenise-'))
try {
  const texts = join(folder, 'texts.json')
  await writeFile(texts, JSON.stringify(await textsOfMails()))
  write('MB of UTF-8 per CPU second  cold: first pass of a new process, warm: the third')
  write(`${'file'.padEnd(20)}${'engine'.padEnd(14)}    cold    warm  load s  run ms`)
  const results: Record<string, unknown>[] = []
  for (const [name, path] of await files(folder)) {
    const reports = new Map<string, EngineReport[]>(ENGINES.map((engine) => [engine, []]))
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const engine of ENGINES) {
        const args = [here('tokenise/run-engine.js'), engine, path, texts]
        const env = { ...process.env, RAYON_NUM_THREADS: '1', UV_THREADPOOL_SIZE: '1' }
        const { stdout } = await run(process.execPath, args, { env })
        reports.get(engine)!.push(JSON.parse(stdout.trim().split('\n').at(-1)!) as EngineReport)
      }
    }
    const best = (engine: string, key: 'cold' | 'warm'): number =>
      Math.max(...reports.get(engine)!.map((report) => report[key]))
    for (const engine of ENGINES) {
      const [cold, warm] = [best(engine, 'cold'), best(engine, 'warm')]
      const load = Math.min(...reports.get(engine)!.map(({ loadSeconds }) => loadSeconds))
      const runMs = Math.min(...reports.get(engine)!.map((report) => report.runMs))
      const cells = [cold, warm, load].map((value) => value.toFixed(2).padStart(8))
      cells.push(runMs.toFixed(0).padStart(8))
      write(name.padEnd(20) + engine.padEnd(14) + cells.join(''))
      results.push({ file: name, engine, cold, warm, load, runMs })
    }
    const ratio = (key: 'cold' | 'warm') => (best('ours', key) / best('tokenizers', key)).toFixed(2)
    write(
      `${''.padEnd(20)}${'ours is'.padEnd(14)}${ratio('cold').padStart(7)}x${ratio('warm').padStart(7)}x`,
    )
  }
  await saveResult('tokenise', results)
} finally {
  await rm(folder, { recursive: true })
}
