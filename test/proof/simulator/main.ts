// npm run proof -- [--seeds N] [--seed S] [--without EVENTS]
//
// The real engine in a simulated world: N seeds from S on, on all cores. One seed alone, also without some of its events,
// shows what happens in it. Ends with 1 when an invariant was violated.
import { parseArgs } from 'node:util'
import { readEvents } from '../../../topology/testing/simulation/shrink.ts'
import { simulate } from '../../../topology/testing/simulation/simulate.ts'
import { describeRun, explain } from './explain.ts'
import { runSeeds } from './run-seeds.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    without: { type: 'string', default: '' },
  },
})

const one = async (seed: number): Promise<void> => {
  const report = await simulate(seed, undefined, readEvents(values.without))
  console.log(describeRun(report))
  if (report.violations.length > 0) process.exitCode = 1
}

const many = async (first: number, count: number): Promise<void> => {
  const started = performance.now()
  const cpu = process.cpuUsage()
  const { seeds, commits, virtualMs, mishaps, failed } = await runSeeds(first, count)
  const seconds = (performance.now() - started) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  const things = Object.entries(mishaps).map(([kind, number]) => `${number} × ${kind}`)
  console.log(
    [
      `${seeds} seeds from ${first} on, ${failed.length} with violations`,
      `${commits} commits checked, ${(virtualMs / 3_600_000).toFixed(1)} virtual hours, ${things.join(', ')}`,
      `${seconds.toFixed(0)} s, ${((user + system) / 1e6).toFixed(0)} CPU seconds`,
    ].join('\n'),
  )
  const [worst] = failed
  if (!worst) return
  console.log(await explain(worst))
  process.exitCode = 1
}

const alone = values.seed !== undefined && values.seeds === undefined
if (alone) await one(Number(values.seed))
else await many(Number(values.seed ?? 1), Number(values.seeds ?? 20_000))
