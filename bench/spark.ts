import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { writeMailFolder } from './mail-corpus.ts'
import { peerPython } from './peers/install-peers.ts'
import { saveResult } from './save-result.ts'
import { type BatchReport, batchReportIn, marginalCost } from './spark/batch-report.ts'

/**
 * Mails to Parquet files of redacted texts and tokens, ours in turn with the Spark script that people write for it:
 *
 *     npm run bench:spark -- [FOLDER-OF-EML] [--mails 6046] [--rounds 1]
 *
 * Both run over a third of the mails and over all of them, and what is compared is what the difference costs, as Spark takes a dozen CPU seconds
 * to start. Without a folder: the real mails beside the checkout, where they are unpacked, or else generated ones. Needs Linux, Python
 * 3.10 with venv, and Java 17; where one is missing, the bench says so and prints ours alone. Writes bench/results/spark.json.
 */
const run = promisify(execFile)
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mails: { type: 'string', default: '6046' },
    rounds: { type: 'string', default: '1' },
  },
})
const write = (text: string) => process.stdout.write(`${text}\n`)
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const REAL = ['../archive-data/mail_spamassassin', '../data-unpacked/mail_spamassassin']
const PACKAGES = ['pyspark==3.5.5', 'nltk==3.10.4', 'setuptools==80.9.0']
/** The small run has every third mail. */
const EVERY = 3
const MARK = 20
/** Below this the difference of two runs is less than what equal runs differ by. */
const LEAST_MAILS = 300

interface Stack {
  readonly name: string
  readonly command: readonly [file: string, ...args: string[]]
}

const ours: Stack = {
  name: 'archive-streams',
  command: [process.execPath, here('spark/our-batch.js')],
}

/** @throws Error that says what is missing */
const spark = async (): Promise<Stack> => {
  if (process.platform !== 'linux')
    throw new Error('its CPU time is read from /proc, which is there on Linux only')
  await run('java', ['-version']).catch(() => {
    throw new Error('there is no java on the PATH, and Spark 3.5 needs Java 17')
  })
  const python = await peerPython(PACKAGES)
  return { name: 'Spark script', command: [python, here('../../bench/peers/python_spark.py')] }
}

/** The first mails of a folder, all in one folder under numbers, as a script of Spark reads folders. */
const copyMails = async (from: readonly string[], to: string): Promise<void> => {
  await mkdir(to)
  for (const [at, path] of from.entries())
    await copyFile(path, join(to, `${String(at).padStart(6, '0')}.eml`))
}

const mailsIn = async (folder: string): Promise<readonly string[]> => {
  const names = await readdir(folder, { recursive: true })
  const mails = names.filter((name) => name.endsWith('.eml')).toSorted()
  return mails.slice(0, Number(values.mails)).map((name) => join(folder, name))
}

const scratch = await mkdtemp(join(tmpdir(), 'bench-spark-'))
let runs = 0
const measure = async ({ command }: Stack, folder: string): Promise<BatchReport> => {
  const [file, ...args] = command
  const out = join(scratch, `out-${runs++}`)
  const env = { ...process.env, PYSPARK_PYTHON: file, PYSPARK_DRIVER_PYTHON: file }
  const { stdout } = await run(file, [...args, folder, out], { env, maxBuffer: 1 << 26 })
  for (const each of [out, `${out}-work`]) await rm(each, { recursive: true, force: true })
  return batchReportIn(stdout)
}

const best = (reports: readonly BatchReport[]): BatchReport =>
  reports.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)[0]!

try {
  const real = positionals[0] ?? REAL.find((folder) => existsSync(folder))
  const source = real ?? join(scratch, 'mails')
  if (real === undefined) await writeMailFolder(source, Math.min(2000, Number(values.mails)))
  const mails = await mailsIn(source)
  if (mails.length < LEAST_MAILS)
    throw new Error(`${mails.length} mails are too few to tell a cost: give ${LEAST_MAILS}`)
  // Spread over the folder, so that both sizes hold mails of the same kinds.
  const few = mails.filter((_, at) => at % EVERY === 0)
  const folders = { small: join(scratch, 'small'), large: join(scratch, 'large') }
  await copyMails(few, folders.small)
  await copyMails(mails, folders.large)
  const stacks = [ours]
  try {
    stacks.push(await spark())
  } catch (error) {
    write(`left out: Spark (${(error as Error).message.split('\n')[0]})`)
  }
  const runsOf = new Map<string, { small: BatchReport[]; large: BatchReport[] }>(
    stacks.map(({ name }) => [name, { small: [], large: [] }]),
  )
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const size of ['small', 'large'] as const) {
      for (const stack of stacks)
        runsOf.get(stack.name)![size].push(await measure(stack, folders[size]))
    }
  }
  const results = []
  write(`${few.length} and ${mails.length} ${real === undefined ? 'generated' : 'real'} mails`)
  write(`${'CPU seconds'.padEnd(20)}   small   large   start  mails/CPU s beyond the start`)
  for (const { name } of stacks) {
    const [small, large] = [best(runsOf.get(name)!.small), best(runsOf.get(name)!.large)]
    const cost = marginalCost(small, large)
    const cells = [small.cpuSeconds, large.cpuSeconds, cost.startSeconds]
    write(
      name.padEnd(20) +
        cells.map((cell) => cell.toFixed(1).padStart(8)).join('') +
        cost.mailsPerCpuSecond.toFixed(0).padStart(8),
    )
    results.push({ name, small, large, ...cost })
  }
  const [first, peer] = results
  if (peer !== undefined) {
    const ratio = first!.mailsPerCpuSecond / peer.mailsPerCpuSecond
    write(`ours is ${ratio.toFixed(1)} x; the mark is ${MARK}`)
  }
  await saveResult('spark', { corpus: real === undefined ? 'generated' : 'real', results })
} finally {
  await rm(scratch, { recursive: true, force: true })
}
