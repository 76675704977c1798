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
 *     node dist/bench/perf-analyzer.js [--rounds 2] [--seconds 2] [--characters 400] [--small]
 *
 * perf_analyzer is given the batch (the most that the model takes, and half of it) and how many requests are under way (1, 2, 4); the
 * pool finds both by itself. The mark: its best is at least 95 % of the best of perf_analyzer; below, the command ends with 1. It
 * installs perf_analyzer in the cache folder of the user. Writes bench/results/perf-analyzer.json, not with `--small`.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    characters: { type: 'string', default: '400' },
    small: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds ?? (values.small ? 1 : 2))
const seconds = Number(values.seconds ?? (values.small ? 1 : 2))
const MODEL = 'embed-hash'
const MARK = 0.95
const LOADS = [128, 64].flatMap((items) => [1, 2, 4].map((inFlight) => ({ items, inFlight })))
const write = (text: string): void => void process.stdout.write(`${text}\n`)

const texts = Array.from({ length: 512 }, (_, i) =>
  `${i} ${mailOf(i)} `.repeat(10).slice(0, Number(values.characters)),
)

const folder = await mkdtemp(join(tmpdir(), 'archive-streams-perf-analyzer-'))
try {
  const { address: url } = await triton()
  const analyzer = await openPerfAnalyzer(folder, texts)
  const ours = openOurThroughput(url, MODEL, texts)
  const peers: { items: number; inFlight: number; perSecond: number }[] = []
  const own: number[] = []
  for (let round = 0; round < rounds; round++)
    for (const load of LOADS) {
      const perSecond = await analyzer.measure({ url, model: MODEL, ...load, seconds })
      peers.push({ ...load, perSecond })
      own.push(await ours.measure(3 * seconds))
      write(
        `perf_analyzer, ${load.items} items, ${load.inFlight} under way: ${perSecond.toFixed(0)}/s; ours then: ${own.at(-1)!.toFixed(0)}/s`,
      )
    }
  await ours.close()
  const best = Math.max(...peers.map(({ perSecond }) => perSecond))
  const share = Math.max(...own) / best
  write(
    `best of ours ${Math.max(...own).toFixed(0)}/s, of perf_analyzer ${best.toFixed(0)}/s: ${(share * 100).toFixed(1)} % (mark ${MARK * 100})`,
  )
  if (share < MARK) process.exitCode = 1
  if (!values.small) await saveResult('perf-analyzer', { peers, ours: own, share, mark: MARK })
} finally {
  await rm(folder, { recursive: true, force: true })
  await stopServices()
}
