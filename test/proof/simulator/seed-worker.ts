// Runs seeds on a thread of its own: takes ranges, answers what came of each.
import { parentPort } from 'node:worker_threads'
import { simulate, type SimulationReport } from '../../../topology/testing/simulation/simulate.ts'

export interface SeedRange {
  readonly from: number
  /** Included. */
  readonly to: number
}

/** What came of a range, and the reports of the seeds that failed. */
export interface RangeReport {
  readonly seeds: number
  readonly commits: number
  readonly virtualMs: number
  readonly mishaps: Readonly<Record<string, number>>
  readonly failed: readonly SimulationReport[]
}

// Nobody reads the stacks of the faults that are planted; they would cost a twentieth of the time.
Error.stackTraceLimit = 0

const run = async ({ from, to }: SeedRange): Promise<RangeReport> => {
  const mishaps: Record<string, number> = {}
  const failed: SimulationReport[] = []
  let commits = 0
  let virtualMs = 0
  for (let seed = from; seed <= to; seed++) {
    const report = await simulate(seed)
    if (report.violations.length > 0 || report.commits === 0) failed.push(report)
    commits += report.commits
    virtualMs += report.virtualMs
    for (const kind of report.mishaps) mishaps[kind] = (mishaps[kind] ?? 0) + 1
  }
  return { seeds: to - from + 1, commits, virtualMs, mishaps, failed }
}

parentPort?.on('message', (range: SeedRange) => {
  void run(range).then((report) => parentPort?.postMessage(report))
})
