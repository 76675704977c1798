import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stopServices, triton } from '../test/services/services.ts'
import { mailOf } from './mail-corpus.ts'
import { saveResult } from './save-result.ts'
import { openOurThroughput } from './triton/our-throughput.ts'
import { openPerfAnalyzer } from './triton/perf-analyzer.ts'

/**
 * How many texts per second a real Triton embeds for us, and for NVIDIA's perf_analyzer, in turn, on the same server and model:
 *
 *     node dist/bench/perf-analyzer.js [--rounds 8] [--seconds 1] [--characters 400] [--small]
 *
 * perf_analyzer is given the batch (the most that the model takes, and half of it) and how many requests are under way (1, 2, 4); the
 * pool finds both by itself. All six loads are tried once, and the two that do best then take turns with the pool, in many short rounds: three
 * windows of so many seconds for each. The mark: our median is at least 95 % of the better median of the two; below, the command ends with 1.
 * It installs perf_analyzer in the cache folder of the user. Writes bench/results/perf-analyzer.json, not with `--small`.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    characters: { type: 'string', default: '400' },
    small: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds ?? (values.small ? 1 : 8))
const seconds = Number(values.seconds ?? 1)
const MODEL = 'embed-hash'
const MARK = 0.95
/** So many loads of perf_analyzer are measured more than once. */
const PEERS = 2
type Load = { readonly items: number; readonly inFlight: number }
const LOADS: readonly Load[] = [128, 64].flatMap((items) =>
  [1, 2, 4].map((inFlight) => ({ items, inFlight })),
)
const write = (text: string): void => void process.stdout.write(`${text}\n`)

const median = (all: readonly number[]): number =>
  all.toSorted((a, b) => a - b)[all.length >> 1] ?? NaN
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const figuresOf = (all: readonly number[]): string =>
  `${median(all).toFixed(0)}/s at the median of ${all.length} (${Math.min(...all).toFixed(0)} to ${Math.max(...all).toFixed(0)})`

const texts = Array.from({ length: 512 }, (_, i) =>
  `${i} ${mailOf(i)} `.repeat(10).slice(0, Number(values.characters)),
)

const folder = await mkdtemp(join(tmpdir(), 'archive-streams-perf-analyzer-'))
try {
  const { address: url } = await triton()
  const analyzer = await openPerfAnalyzer(folder, texts)
  const ours = openOurThroughput(url, MODEL, texts)
  const ask = (load: Load): Promise<number> =>
    analyzer.measure({ url, model: MODEL, ...load, seconds })
  const tried: (Load & { readonly perSecond: number })[] = []
  for (const load of LOADS) tried.push({ ...load, perSecond: await ask(load) })
  const peers = tried
    .toSorted((a, b) => b.perSecond - a.perSecond)
    .slice(0, PEERS)
    .map(({ items, inFlight }) => ({ items, inFlight, perSecond: [] as number[] }))
  const own: number[] = []
  for (let round = 0; round < rounds; round++)
    for (const peer of peers) {
      peer.perSecond.push(await ask(peer))
      own.push(await ours.measure(3 * seconds))
    }
  await ours.close()
  for (const { items, inFlight, perSecond } of peers)
    write(`perf_analyzer, ${items} items, ${inFlight} under way: ${figuresOf(perSecond)}`)
  write(`ours: ${figuresOf(own)}`)
  const medians = median(own) / Math.max(...peers.map(({ perSecond }) => median(perSecond)))
  const bests = Math.max(...own) / Math.max(...peers.flatMap(({ perSecond }) => perSecond))
  write(
    `ours of perf_analyzer's: ${percent(medians)} by medians (mark ${percent(MARK)}), ${percent(bests)} by the best of each`,
  )
  if (medians < MARK) process.exitCode = 1
  if (!values.small)
    await saveResult('perf-analyzer', { tried, peers, ours: own, medians, bests, mark: MARK })
} finally {
  await rm(folder, { recursive: true, force: true })
  await stopServices()
}
