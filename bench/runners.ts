import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { kafka, schemaRegistry, stopServices, triton } from '../test/services/services.ts'
import { openArchive } from './runners/archive.ts'
import { startMember } from './runners/start-member.ts'
import type { MemberFigures, Settings } from './runners/start-member.ts'
import { saveResult } from './save-result.ts'
import { startMock } from './triton/start-mock.ts'

/**
 * From Kafka through a model server to Kafka: chunk sets of the topic `archive.chunks` become vectors in `archive.embeddings` by one
 * process as `run embed` starts it, on a real broker and a real registry:
 *
 *     node dist/bench/runners.js [--items 6400] [--quick-items 64000] [--characters 1600] [--chunks 16] [--only triton|at-once] [--small]
 *
 * Once with a real Triton and its `embed-hash`, which is what limits then, once with a server in another process that answers at
 * once: then the runner's own processor is what limits. Prints items per second, CPU per item, how late the event loop was (mark:
 * p99 of 20 ms on Triton) and the mean batch. Ends with 1 when something is missing or came twice, and when the mark is missed.
 * `--small` shows that it works and saves nothing; otherwise bench/results/runners.json is written.
 */
const { values } = parseArgs({
  options: {
    items: { type: 'string' },
    'quick-items': { type: 'string' },
    characters: { type: 'string', default: '1600' },
    chunks: { type: 'string', default: '16' },
    only: { type: 'string' },
    'node-options': { type: 'string', default: '' },
    small: { type: 'boolean', default: false },
  },
})
const items = Number(values.items ?? (values.small ? 640 : 6_400))
const quickItems = Number(values['quick-items'] ?? (values.small ? 6_400 : 64_000))
const [chunks, characters] = [Number(values.chunks), Number(values.characters)]
const nodeOptions = values['node-options'].split(' ').filter((each) => each !== '')
const MARK_MS = 20
const TRITON = 'Triton, embed-hash'
/** Share of the chunk sets that warm the process up, and of those after which nothing is measured: few are left. */
const [WARM, TAIL] = [0.25, 0.95] as const

interface Figures extends MemberFigures {
  readonly server: string
  readonly itemsPerSecond: number
  readonly cpuMicrosecondsPerItem: number
  readonly meanBatch: number
  readonly missing: number
  readonly twice: number
}

const until = async (done: () => Promise<number>, wanted: number): Promise<void> => {
  while ((await done()) < wanted) await new Promise((resolve) => setTimeout(resolve, 50))
}

const measure = async (server: string, url: string, count: number): Promise<Figures> => {
  const prefix = `${randomUUID().slice(0, 8)}.`
  const dataDir = await mkdtemp(join(tmpdir(), 'archive-streams-bench-runners-'))
  const settings: Settings = [
    ['dataDir', dataDir],
    ['http.enabled', false],
    ['kafka.brokers', [broker.address.bootstrap]],
    ['kafka.prefix', prefix],
    ['registry.url', registry.address],
    ['registry.prefix', prefix],
    ['drivers.models', 'triton'],
    ['triton.endpoints', [url]],
    // Others are not asked, and the mock server is no good at them.
    ['models.classify', []],
  ]
  const workload = { sets: Math.ceil(count / chunks), chunks, characters }
  const archive = await openArchive(settings, workload)
  try {
    await archive.fill()
    const member = await startMember(settings, nodeOptions)
    await until(archive.done, workload.sets * WARM)
    member.begin()
    await until(archive.done, workload.sets * TAIL)
    const figures = await member.figures()
    await until(archive.done, workload.sets)
    await member.stop()
    return {
      server,
      ...figures,
      itemsPerSecond: figures.items / figures.seconds,
      cpuMicrosecondsPerItem: (figures.cpuSeconds / figures.items) * 1e6,
      meanBatch: figures.items / figures.requests,
      ...(await archive.check()),
    }
  } finally {
    await archive.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

const print = (figures: Figures): void => {
  const { server, itemsPerSecond, cpuMicrosecondsPerItem, meanBatch, delayMs, rssMb } = figures
  process.stdout.write(
    `${server}: ${itemsPerSecond.toFixed(0)} items/s, ${cpuMicrosecondsPerItem.toFixed(0)} µs of CPU an item, ` +
      `${meanBatch.toFixed(1)} items a request; event loop late by p50 ${delayMs.p50.toFixed(1)}, p99 ${delayMs.p99.toFixed(1)} ` +
      `(mark ${MARK_MS}), p99.9 ${delayMs.p999.toFixed(1)}, most ${delayMs.max.toFixed(0)} ms; ${rssMb} MB; ` +
      `missing ${figures.missing}, twice ${figures.twice}, dead letters ${figures.deadLetters}, retries ${figures.retries}\n`,
  )
}

let broker: Awaited<ReturnType<typeof kafka>>
let registry: Awaited<ReturnType<typeof schemaRegistry>>
const results: Figures[] = []
try {
  broker = await kafka('kafka-4.3.1')
  registry = await schemaRegistry()
  if (values.only !== 'at-once') {
    const { address } = await triton()
    results.push(await measure(TRITON, address, items))
    print(results[0]!)
  }
  if (values.only !== 'triton') {
    const mock = await startMock(384, 0, 0, 'text')
    results.push(await measure('a server that answers at once', mock.url, quickItems))
    print(results.at(-1)!)
    mock.stop()
  }
  const isWrong = ({ missing, twice, server, delayMs }: Figures): boolean =>
    missing > 0 || twice > 0 || (server === TRITON && delayMs.p99 > MARK_MS)
  if (results.some(isWrong)) process.exitCode = 1
  if (!values.small) await saveResult('runners', { items: { chunks, characters }, results })
} finally {
  await stopServices()
}
