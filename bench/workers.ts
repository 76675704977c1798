import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { writeMailFolder } from './mail-corpus.ts'
import { saveResult } from './save-result.ts'

/**
 * Mail to chunks on one thread and on two that share nothing, in turn, by the clock on the wall:
 *
 *     npm run bench:workers -- [FOLDER-OF-EML] [--rounds 3]
 *
 * The command runs Node with `--single-threaded-gc`. By default V8 collects the garbage of a thread with helpers on the other cores and
 * waits for them; where another thread of this kind is on those cores, both stand still. Without a folder: generated mails. Every thread
 * has read all mails once before. Means something only where two cores are free. The mark is 1.8 times. Writes bench/results/workers.json.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' } },
})
const MARK = 1.8
const GENERATED = 2000
const write = (text: string) => process.stdout.write(`${text}\n`)

const open = async (): Promise<Worker> => {
  const worker = new Worker(new URL('./workers/prepare-worker.js', import.meta.url))
  await once(worker, 'message')
  return worker
}

const prepare = async (worker: Worker, paths: readonly string[]): Promise<number> => {
  worker.postMessage(paths)
  const [chunks] = (await once(worker, 'message')) as [number]
  return chunks
}

/** Every n-th file each, so that all have alike. */
const shares = (paths: readonly string[], count: number): string[][] =>
  Array.from({ length: count }, (_, nth) => paths.filter((__, at) => at % count === nth))

const measure = async (workers: readonly Worker[], paths: readonly string[]) => {
  const parts = shares(paths, workers.length)
  const began = performance.now()
  const chunks = await Promise.all(workers.map((worker, at) => prepare(worker, parts[at]!)))
  const seconds = (performance.now() - began) / 1000
  return { mailsPerSecond: paths.length / seconds, chunks: chunks.reduce((a, b) => a + b, 0) }
}

const folder = await mkdtemp(join(tmpdir(), 'bench-workers-'))
const workers = [await open(), await open()]
try {
  if (positionals.length === 0) await writeMailFolder(folder, GENERATED)
  const source = positionals[0] ?? folder
  const names = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.eml'))
  const paths = names.toSorted().map((name) => join(source, name))
  await Promise.all(workers.map((worker) => prepare(worker, paths)))
  const best = { one: 0, two: 0 }
  for (let round = 0; round < Number(values.rounds); round++) {
    const one = await measure(workers.slice(0, 1), paths)
    const two = await measure(workers, paths)
    if (one.chunks !== two.chunks) throw new Error('two threads made other chunks than one')
    best.one = Math.max(best.one, one.mailsPerSecond)
    best.two = Math.max(best.two, two.mailsPerSecond)
  }
  const ratio = best.two / best.one
  write(
    `${paths.length} mails, mails per second: one thread ${best.one.toFixed(0)}, two ${best.two.toFixed(0)}`,
  )
  write(`two are ${ratio.toFixed(2)} times one; the mark is ${MARK}`)
  await saveResult('workers', { mails: paths.length, ...best, ratio, mark: MARK })
} finally {
  await Promise.all(workers.map((worker) => worker.terminate()))
  await rm(folder, { recursive: true })
}
