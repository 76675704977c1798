import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'

const folder = new URL('../../bench/results/', import.meta.url)

/** Writes what a benchmark measured as JSON, with the machine named by cores, memory and Node version. */
export const saveResult = async (name: string, results: unknown): Promise<void> => {
  const machine = {
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  }
  await mkdir(folder, { recursive: true })
  const text = JSON.stringify({ name, machine, results }, null, 2)
  await writeFile(new URL(`${name}.json`, folder), `${text}\n`)
}
