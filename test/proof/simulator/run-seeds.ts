import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { RangeReport, SeedRange } from './seed-worker.ts'

const script = new URL(`./seed-worker.${import.meta.url.slice(-2)}`, import.meta.url)
const rangeLength = 50

const nothing: RangeReport = { seeds: 0, commits: 0, virtualMs: 0, mishaps: {}, failed: [] }

const sum = (one: RangeReport, other: RangeReport): RangeReport => {
  const kinds = new Set([...Object.keys(one.mishaps), ...Object.keys(other.mishaps)])
  const mishaps = Object.fromEntries(
    [...kinds].map((kind) => [kind, (one.mishaps[kind] ?? 0) + (other.mishaps[kind] ?? 0)]),
  )
  return {
    seeds: one.seeds + other.seeds,
    commits: one.commits + other.commits,
    virtualMs: one.virtualMs + other.virtualMs,
    mishaps,
    failed: [...one.failed, ...other.failed],
  }
}

/** Runs the seeds on all cores. Takes no new ranges when something has failed. */
export const runSeeds = async (first: number, count: number): Promise<RangeReport> => {
  const last = first + count - 1
  let next = first
  let total = nothing
  const take = (): SeedRange | undefined => {
    if (next > last || total.failed.length > 0) return undefined
    const range = { from: next, to: Math.min(next + rangeLength - 1, last) }
    next = range.to + 1
    return range
  }
  const thread = (): Promise<void> =>
    new Promise((resolve, reject) => {
      // Without source maps: making stacks readable costs more than running.
      const worker = new Worker(script, { execArgv: [] })
      const go = (): void => {
        const range = take()
        if (range) worker.postMessage(range)
        else void worker.terminate().then(() => resolve())
      }
      worker.on('message', (report: RangeReport) => {
        total = sum(total, report)
        go()
      })
      worker.on('error', reject)
      go()
    })
  await Promise.all(Array.from({ length: availableParallelism() }, thread))
  return { ...total, failed: total.failed.toSorted((a, b) => a.seed - b.seed) }
}
