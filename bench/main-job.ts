import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { realFiles } from '../test/processors/parse/real-mails.ts'
import { writeMailFolder, writeMbox } from './mail-corpus.ts'
import { saveResult } from './save-result.ts'

/**
 * The main job, in a process of its own, over generated mails and, where given, over real ones:
 *
 *     node dist/bench/main-job.js [--mails 24000] [--mbox-mb 0 [--image-kb 0]] [--source DIR …]
 *
 * Without sources and without an mbox: the real mails beside the checkout as well, where they are.
 *
 * Prints documents/s, MB/s, CPU seconds in all and per stage and peak memory, and writes bench/results/main-job.json.
 * `--mbox-mb 2048 --image-kb 100` shows that memory does not grow with the archive: most bytes of real archives are attachments.
 */
const main = new URL('../cli/main.js', import.meta.url).pathname

interface Figures {
  readonly corpus: string
  readonly documents: number
  readonly megabytes: number
  readonly seconds: number
  readonly documentsPerSecond: number
  readonly megabytesPerSecond: number
  readonly cpuSeconds: number
  readonly cpuSecondsByStage: Readonly<Record<string, number>>
  readonly peakRssMegabytes: number
}

const argument = (name: string): readonly string[] =>
  process.argv.flatMap((each, index) => (each === name ? [process.argv[index + 1] ?? ''] : []))

interface Report {
  readonly documents: { readonly published: number }
  readonly seconds: number
  readonly documentsPerSecond: number
  readonly peakRssBytes: number
  readonly cpuSeconds: number
  readonly cpuSecondsByStage: Readonly<Record<string, number>>
  readonly publishedBytes: number
}

const run = async (corpus: string, source: string, dataDir: string): Promise<Figures> => {
  const child = spawn(
    process.execPath,
    [main, 'start', '--json', '--source', source, '--data-dir', dataDir],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let text = ''
  child.stdout.on('data', (data: Buffer) => (text += data.toString()))
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`the job over ${corpus} ended with exit code ${code}`)
  const report = JSON.parse(text) as Report
  const megabytes = report.publishedBytes / 1e6
  return {
    corpus,
    documents: report.documents.published,
    megabytes,
    seconds: report.seconds,
    documentsPerSecond: report.documentsPerSecond,
    megabytesPerSecond: megabytes / report.seconds,
    cpuSeconds: report.cpuSeconds,
    cpuSecondsByStage: report.cpuSecondsByStage,
    peakRssMegabytes: report.peakRssBytes / 1e6,
  }
}

const print = (figures: Figures): void => {
  const { corpus, documents, seconds, documentsPerSecond, megabytesPerSecond } = figures
  console.log(
    `${corpus}: ${documents} documents in ${seconds} s, ${documentsPerSecond} documents/s, ${megabytesPerSecond.toFixed(2)} MB/s, ${figures.cpuSeconds} CPU-s, peak ${figures.peakRssMegabytes.toFixed(0)} MB`,
  )
  for (const [stage, cpu] of Object.entries(figures.cpuSecondsByStage)) {
    console.log(`  ${stage.padEnd(24)} ${cpu.toFixed(2)} CPU-s`)
  }
}

/** Packed, beside the checkout. */
const REAL = 'mail_spamassassin/spamassassin.tar.gz'

const unpack = async (files: ReturnType<typeof realFiles>, into: string): Promise<void> => {
  for (const { name, content } of files ?? []) {
    await mkdir(dirname(join(into, name)), { recursive: true })
    await writeFile(join(into, name), content)
  }
}

const folder = await mkdtemp(join(tmpdir(), 'archive-streams-bench-'))
const results: Figures[] = []
const measure = async (corpus: string, source: string): Promise<void> => {
  // A folder of its own, removed at the very end: ext4 is slow to give inodes away that were freed a moment ago.
  const figures = await run(corpus, source, join(folder, `data-${results.length}`))
  print(figures)
  results.push(figures)
}

try {
  const mails = Number(argument('--mails')[0] ?? 24_000)
  if (mails > 0) {
    await mkdir(join(folder, 'mails'))
    await writeMailFolder(join(folder, 'mails'), mails)
    await measure(`${mails} generated mails`, join(folder, 'mails'))
  }
  const mboxMegabytes = Number(argument('--mbox-mb')[0] ?? 0)
  if (mboxMegabytes > 0) {
    const imageKilobytes = Number(argument('--image-kb')[0] ?? 0)
    await writeMbox(join(folder, 'big.mbox'), mboxMegabytes * 1e6, 1, imageKilobytes * 1e3)
    const images = imageKilobytes > 0 ? `, mails with an image of ${imageKilobytes} KB` : ''
    await measure(`generated mbox of ${mboxMegabytes} MB${images}`, join(folder, 'big.mbox'))
  }
  const sources = argument('--source')
  const real = sources.length === 0 && mboxMegabytes === 0 ? realFiles(REAL) : undefined
  if (real) {
    await unpack(real, join(folder, 'real'))
    await measure('real mails', join(folder, 'real'))
  }
  for (const source of sources) {
    if (existsSync(source)) await measure(source.split('/').at(-1) ?? source, resolve(source))
    else console.log(`${source} is not there: left out`)
  }
  await saveResult('main-job', results)
} finally {
  await rm(folder, { recursive: true, force: true })
}
