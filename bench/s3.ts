import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { s3Names, startS3 } from '../test/services/s3.ts'
import { saveResult } from './save-result.ts'
import {
  measureTransfers,
  type TransferFigures,
  type TransferLoad,
} from './s3/measure-transfers.ts'

/**
 * Gets of small and large objects, and puts of large ones, by the wrapper of `drivers/s3` and by the client `minio` alone, in turn, from a real store:
 *
 *     node dist/bench/s3.js [minio|versitygw] [--quick] [--small|--large]
 *
 * `--quick` has fewer of them, `--small` and `--large` leave out the other objects. Writes bench/results/s3.json; not with any of these.
 */
const has = (option: string): boolean => process.argv.includes(option)
const quick = has('--quick')
const name = s3Names.find(has) ?? 'minio'
const large = 64 * 1024 * 1024
const all: readonly TransferLoad[] = [
  { bytes: 64 * 1024, verb: 'get', count: quick ? 300 : 2000, atOnce: 1, rounds: 5 },
  { bytes: 64 * 1024, verb: 'get', count: quick ? 300 : 2000, atOnce: 8, rounds: 5 },
  { bytes: large, verb: 'get', count: quick ? 4 : 10, atOnce: 1, rounds: 5 },
  { bytes: large, verb: 'put', count: quick ? 2 : 4, atOnce: 1, rounds: 5 },
]
const loads = all.filter(({ bytes }) => !has(bytes === large ? '--small' : '--large'))

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const folder = await mkdtemp(join(tmpdir(), 'archive-streams-bench-s3-'))
const store = await startS3(name, folder, 'parent')
try {
  const results: (TransferFigures & { readonly atOnce: number })[] = []
  for (const load of loads) {
    const figures = await measureTransfers(store.address, load)
    results.push(...figures.map((each) => ({ ...each, atOnce: load.atOnce })))
    for (const { way, verb, megabytesPerSecond, cpuMsEach } of figures)
      console.log(
        `${load.bytes / 1024} KiB, ${load.atOnce} at once, ${verb} by the ${way}: ${median(megabytesPerSecond)} MB/s, ${median(cpuMsEach)} ms of CPU each`,
      )
    const [raw, ours] = figures.map(({ megabytesPerSecond }) => median(megabytesPerSecond))
    console.log(`the wrapper has ${(((ours ?? 0) / (raw ?? 1)) * 100).toFixed(0)} % (mark: 90)`)
  }
  if (!quick && loads.length === all.length) await saveResult('s3', { store: name, results })
} finally {
  await store.stop()
  await rm(folder, { recursive: true, force: true })
}
