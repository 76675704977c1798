import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { s3Names, startS3 } from '../test/services/s3.ts'
import { measureTransfers, type TransferRounds } from './s3/measure-transfers.ts'
import { ways, type TransferLoad, type TransferRound } from './s3/transfer-load.ts'
import { saveResult } from './save-result.ts'

/**
 * Gets and puts of small and large objects, one and eight at a time, by the wrapper of `drivers/s3` and by the client `minio` alone, in turn, with a real store:
 *
 *     node dist/bench/s3.js [minio|versitygw] [--quick] [--small|--large]
 *
 * `--quick` has fewer rounds, `--small` and `--large` leave out the other objects. Writes bench/results/s3.json; not with any of these.
 */
const has = (option: string): boolean => process.argv.includes(option)
const isQuick = has('--quick')
const store = s3Names.find(has) ?? 'minio'
const large = 64 * 1024 * 1024
const all: readonly TransferLoad[] = [
  { bytes: 64 * 1024, verb: 'get', count: 400, atOnce: 1, rounds: 21 },
  { bytes: 64 * 1024, verb: 'get', count: 3_000, atOnce: 8, rounds: 15 },
  { bytes: 64 * 1024, verb: 'put', count: 40, atOnce: 1, rounds: 15 },
  { bytes: 64 * 1024, verb: 'put', count: 160, atOnce: 8, rounds: 11 },
  { bytes: large, verb: 'get', count: 4, atOnce: 1, rounds: 21 },
  { bytes: large, verb: 'get', count: 8, atOnce: 8, rounds: 11 },
  { bytes: large, verb: 'put', count: 2, atOnce: 1, rounds: 11 },
  { bytes: large, verb: 'put', count: 8, atOnce: 8, rounds: 5 },
]
const loads = all
  .filter(({ bytes }) => !has(bytes === large ? '--small' : '--large'))
  .map((load) => (isQuick ? { ...load, rounds: 5 } : load))

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Of each pair of rounds the wrapper's share of the client's throughput. */
const sharesOf = (rounds: TransferRounds): readonly number[] =>
  rounds.wrapper.map(
    ({ megabytesPerSecond }, index) =>
      megabytesPerSecond / (rounds['raw client'][index]?.megabytesPerSecond ?? 0),
  )

const percent = (share: number): string => (share * 100).toFixed(0)

const figuresOf = (rounds: readonly TransferRound[]) => ({
  megabytesPerSecond: Math.round(median(rounds.map((each) => each.megabytesPerSecond))),
  cpuMs: Number(median(rounds.map((each) => each.cpuMs)).toFixed(3)),
})

const report = ({ bytes, verb, atOnce }: TransferLoad, rounds: TransferRounds): void => {
  const figures = ways.map((way) => {
    const { megabytesPerSecond, cpuMs } = figuresOf(rounds[way])
    return `${way} ${megabytesPerSecond} MB/s, ${cpuMs} ms of CPU each`
  })
  const shares = sharesOf(rounds)
  const span = `${percent(Math.min(...shares))} to ${percent(Math.max(...shares))}`
  console.log(`${verb} of ${bytes / 1024} KiB, ${atOnce} at once: ${figures.join('; ')}`)
  console.log(`  the wrapper has ${percent(median(shares))} % (mark: 90), by rounds ${span}`)
}

const folder = await mkdtemp(join(tmpdir(), 'archive-streams-bench-s3-'))
const service = await startS3(store, folder, 'parent')
try {
  const results: unknown[] = []
  for (const load of loads) {
    const rounds = await measureTransfers(service.address, load)
    report(load, rounds)
    const [rawClient, wrapper] = ways.map((way) => figuresOf(rounds[way]))
    results.push({ ...load, rawClient, wrapper, shares: sharesOf(rounds) })
  }
  if (!isQuick && loads.length === all.length) await saveResult('s3', { store, results })
} finally {
  await service.stop()
  await rm(folder, { recursive: true, force: true })
}
