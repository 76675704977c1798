import { writeFile } from 'node:fs/promises'
import type { BenchWriter, Measured } from './bench-writer.ts'
import { openOurs } from './ours.ts'
import { openParquetWasm } from './parquet-wasm.ts'
import { openHyparquet } from './plain-hyparquet.ts'
import { batchOf, rawBytes } from './workload.ts'

/**
 * One writer in a process of its own: `run-writer.js WRITER FILES FOLDER [CPU-SECONDS]`. Prints {@link Measured} as JSON. `input` writes the
 * rows into a file in FOLDER for writers in other languages.
 */
const [name = '', files = '10', folder = '', seconds = '8'] = process.argv.slice(2)

const openWriter = async (): Promise<BenchWriter> => {
  if (name === 'hyparquet-writer') return openHyparquet()
  if (name === 'parquet-wasm') return openParquetWasm(folder)
  return openOurs()
}

const warmUp = 2
const mostCpuSeconds = Number(seconds)

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const peakMiB = (): number => process.resourceUsage().maxRSS / 1024

const writer = await openWriter()
const rows = batchOf(0)
if (name === 'input') await writeFile(`${folder}/input.parquet`, writer.write(rows))
else {
  // What is left of making the rows is not the writer's to collect.
  globalThis.gc?.()
  const before = peakMiB()
  const run = (count: number, limit: number): Omit<Measured, 'coldRate' | 'peakRssMiB'> => {
    const start = cpuSeconds()
    const sum = { rows: 0, fileBytes: 0, rawBytes: 0 }
    for (let at = 0; at < count && cpuSeconds() - start < limit; at++) {
      sum.fileBytes += writer.write(rows).length
      writer.release?.()
      sum.rows += rows.length
    }
    return { ...sum, cpuSeconds: cpuSeconds() - start }
  }
  const cold = run(warmUp, mostCpuSeconds)
  const warm = run(Number(files), mostCpuSeconds)
  const rowBytes = rows.reduce((sum, row) => sum + rawBytes(row), 0) / rows.length
  const measured: Measured = {
    ...warm,
    rawBytes: rowBytes * warm.rows,
    coldRate: cold.rows / cold.cpuSeconds,
    peakRssMiB: peakMiB() - before,
  }
  process.stdout.write(`${JSON.stringify(measured)}\n`)
}
