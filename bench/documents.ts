import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { type DocumentReport, rateOf, reportIn } from './documents/document-report.ts'
import { writePdfs } from './documents/generated-pdfs.ts'
import { workbookOf } from './documents/workbook.ts'
import { beside, peerPython } from './peers/install-peers.ts'
import { saveResult } from './save-result.ts'

/**
 * PDFs and a spreadsheet to text, ours in turn with libraries of Python and npm, each in a process of its own on one thread:
 *
 *     npm run bench:documents -- [FOLDER-OF-PDF] [--pdf] [--xlsx] [--rounds 3] [--passes 3] [--rows 50000]
 *
 * `--pdf` or `--xlsx` alone runs that part. Without a folder: the real PDFs beside the checkout, where they are unpacked, or else generated ones.
 * The spreadsheet is generated. Peers are installed into the user's cache folder; one that cannot be is left out, with the
 * reason. Writes bench/results/documents.json when both parts ran.
 */
const run = promisify(execFile)
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pdf: { type: 'boolean', default: false },
    xlsx: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    passes: { type: 'string', default: '3' },
    rows: { type: 'string', default: '50000' },
  },
})
const all = values.pdf === values.xlsx
const write = (text: string) => process.stdout.write(`${text}\n`)
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const REAL = ['../archive-data/docs_pdf', '../data-unpacked/docs_pdf']
const PYTHON = ['pypdfium2==5.15.2', 'openpyxl==3.1.5']
const NPM = ['unpdf@1.7.0', 'xlsx@0.18.5']

interface Stack {
  readonly name: string
  readonly command: readonly [file: string, ...args: string[]]
}

const ours: Stack = {
  name: 'archive-streams',
  command: [process.execPath, here('documents/our-documents.js')],
}
const inPython = async (name: string): Promise<Stack> => ({
  name,
  command: [await peerPython(PYTHON), here('../../bench/peers/python_documents.py'), name],
})
const inNode = async (name: string): Promise<Stack> => ({
  name,
  command: [process.execPath, await beside(here('../../bench/peers/npm-documents.mjs'), NPM), name],
})

/** Ours, and the peers that can be had. One after the other, as those of one language share a folder. */
const stacks = async (
  peers: readonly (readonly [make: typeof inNode, name: string])[],
): Promise<readonly Stack[]> => {
  const found = [ours]
  for (const [make, name] of peers) {
    try {
      found.push(await make(name))
    } catch (error) {
      write(`left out: ${name} (${(error as Error).message.split('\n')[0]})`)
    }
  }
  return found
}

const measure = async ({ command }: Stack, list: string): Promise<DocumentReport> => {
  const [file, ...args] = command
  const { stdout } = await run(file, [...args, list, values.passes], { maxBuffer: 1 << 26 })
  return reportIn(stdout)
}

/** The rounds of all stacks in turn, and a line for each. */
const compare = async (of: readonly Stack[], list: string, unit: string) => {
  const reports = new Map<string, DocumentReport[]>(of.map(({ name }) => [name, []]))
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const stack of of) reports.get(stack.name)!.push(await measure(stack, list))
  }
  const results = [...reports].map(([name, each]) => ({ name, ...rateOf(each) }))
  const heads = ['best', 'median', 'ours is', 'warm ms', 'cold ms', unit, 'failed']
  write(`${unit}/CPU second`.padEnd(20) + heads.map((head) => head.padStart(9)).join(''))
  for (const { name, best, median, warmMs, coldMs, units, failed } of results) {
    const ratio = `${(results[0]!.median / median).toFixed(2)} x`
    const cells = [best, median, ratio, warmMs, coldMs, units, failed]
    write(name.padEnd(20) + cells.map((cell) => String(cell).padStart(9)).join(''))
  }
  return results
}

const pdfs = async (scratch: string) => {
  const real = positionals[0] ?? REAL.find((folder) => existsSync(folder))
  const folder = real ?? join(scratch, 'pdfs')
  if (real === undefined) {
    await mkdir(folder)
    await writePdfs(folder)
  }
  const names = (await readdir(folder)).filter((name) => name.endsWith('.pdf')).toSorted()
  const list = join(scratch, 'pdf-list')
  await writeFile(list, names.map((name) => resolve(folder, name)).join('\n'))
  write(`${names.length} ${real === undefined ? 'generated' : 'real'} PDFs; the mark is 250`)
  const peers = await stacks([
    [inPython, 'pypdfium2'],
    [inNode, 'unpdf'],
  ])
  return {
    corpus: real === undefined ? 'generated' : 'real',
    stacks: await compare(peers, list, 'pages'),
  }
}

const spreadsheet = async (scratch: string) => {
  const file = join(scratch, 'trades.xlsx')
  await writeFile(file, workbookOf(Number(values.rows)))
  const list = join(scratch, 'xlsx-list')
  await writeFile(list, file)
  write(`a spreadsheet of ${values.rows} rows; the mark is 150 ms for 50000`)
  const peers = await stacks([
    [inNode, 'xlsx'],
    [inPython, 'openpyxl'],
  ])
  return { rows: Number(values.rows), stacks: await compare(peers, list, 'rows') }
}

const scratch = await mkdtemp(join(tmpdir(), 'bench-documents-'))
try {
  const pdf = values.pdf || all ? await pdfs(scratch) : undefined
  const xlsx = values.xlsx || all ? await spreadsheet(scratch) : undefined
  if (all) await saveResult('documents', { pdf, xlsx })
} finally {
  await rm(scratch, { recursive: true })
}
