import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Measured } from './parquet/bench-writer.ts'
import { batchRows, dimensions } from './parquet/workload.ts'
import { peerPackages, peerPython } from './peers/install-peers.ts'
import { saveResult } from './save-result.ts'

/**
 * How fast Parquet files with embeddings are written, beside other writers in turn, each in a process of its own:
 *
 *     node dist/bench/parquet.js [--rounds 5] [--files 10] [--seconds 8] [--quick]
 *
 * A writer writes at most so many files, and for at most so many CPU seconds. `--quick` is one round of two seconds, which takes
 * less than a minute once the other writers are installed; those that cannot be are left out, and named. Writes
 * bench/results/parquet.json, but not when it was quick.
 */
const run = promisify(execFile)
const args = process.argv.slice(2)
const option = (name: string, otherwise: number): number =>
  args.includes(name) ? Number(args[args.indexOf(name) + 1]) : otherwise
const isQuick = args.includes('--quick')
const rounds = option('--rounds', isQuick ? 1 : 5)
const files = option('--files', 10)
const seconds = option('--seconds', isQuick ? 2 : 8)

const write = (text: string) => process.stdout.write(`${text}\n`)
const runner = fileURLToPath(new URL('parquet/run-writer.js', import.meta.url))
const script = fileURLToPath(new URL('../../bench/parquet/pyarrow_writer.py', import.meta.url))

/** A writer that is there, as a command. */
interface Peer {
  readonly name: string
  readonly command: readonly [file: string, ...args: string[]]
}

const inNode = (name: string, folder: string): Peer => ({
  name,
  command: [process.execPath, '--expose-gc', runner, name, String(files), folder, String(seconds)],
})

const npmPeer = async (): Promise<readonly Peer[]> => {
  const folder = await peerPackages(['parquet-wasm@0.8.0', 'apache-arrow@21.2.0'])
  return [inNode('parquet-wasm', folder)]
}

const pythonPeers = async (folder: string): Promise<readonly Peer[]> => {
  const python = await peerPython(['pyarrow==26.0.1'])
  await run(process.execPath, [runner, 'input', '0', folder])
  return ['columns', 'rows'].map((mode) => ({
    name: `pyarrow from ${mode}`,
    command: [python, script, mode, String(files), folder, String(seconds)],
  }))
}

const unlessMissing = async (
  what: string,
  peers: Promise<readonly Peer[]>,
): Promise<readonly Peer[]> => {
  try {
    return await peers
  } catch (error) {
    write(`left out: ${what} (${(error as Error).message.split('\n')[0]})`)
    return []
  }
}

const measure = async ({ command: [file, ...rest] }: Peer): Promise<Measured> => {
  const { stdout } = await run(file, rest)
  return JSON.parse(stdout) as Measured
}

const bestOf = (results: readonly Measured[]) => {
  const rates = results.map(({ rows, cpuSeconds }) => rows / cpuSeconds).sort((a, b) => b - a)
  return {
    rate: Math.round(rates[0]!),
    median: Math.round(rates[Math.floor(rates.length / 2)]!),
    coldRate: Math.round(Math.max(...results.map(({ coldRate }) => coldRate))),
    bytesPerRow: Math.round(results[0]!.fileBytes / results[0]!.rows),
    peakRssMiB: Math.round(Math.min(...results.map(({ peakRssMiB }) => peakRssMiB))),
  }
}

const folder = await mkdtemp(join(tmpdir(), 'bench-parquet-'))
try {
  const peers = [
    inNode('archive-streams', folder),
    ...(await unlessMissing('parquet-wasm', npmPeer())),
    inNode('hyparquet-writer', folder),
    ...(await unlessMissing('pyarrow', pythonPeers(folder))),
  ]
  const results = new Map<string, Measured[]>(peers.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const peer of peers) results.get(peer.name)!.push(await measure(peer))
  }
  const [ours] = [...results.values()].map(bestOf)
  const { rawBytes, rows } = results.get('archive-streams')![0]!
  const raw = rawBytes / rows
  write(`${batchRows} rows of ${Math.round(raw)} bytes to a file, ${dimensions} dimensions`)
  write('rows per CPU second'.padEnd(24) + '   best  median   cold  ours is  % of raw  MiB')
  for (const [name, measured] of results) {
    const { rate, median, coldRate, bytesPerRow, peakRssMiB } = bestOf(measured)
    const ratio = `${(ours!.rate / rate).toFixed(2)} x`
    const size = ((100 * bytesPerRow) / raw).toFixed(1)
    const cells = [rate, median, coldRate, ratio, size, peakRssMiB]
    write(name.padEnd(24) + cells.map((cell) => String(cell).padStart(8)).join(''))
  }
  const writers = Object.fromEntries([...results].map(([name, each]) => [name, bestOf(each)]))
  if (!isQuick)
    await saveResult('parquet', {
      rawBytesPerRow: Math.round(raw),
      rowsPerFile: batchRows,
      writers,
    })
} finally {
  await rm(folder, { recursive: true })
}
