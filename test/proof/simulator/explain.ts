import { shrink, writeEvents } from '../../../topology/testing/simulation/shrink.ts'
import { simulate, type SimulationReport } from '../../../topology/testing/simulation/simulate.ts'

/** What happened and what was violated, for people. */
export const describeRun = ({ seed, violations, schedule }: SimulationReport): string =>
  [
    `seed ${seed}: ${violations.length > 0 ? 'violated' : 'nothing violated'}`,
    ...violations.slice(0, 5).map(({ kind, detail }) => `  ${kind}: ${detail}`),
    ...schedule.map((line) => `  ${line}`),
  ].join('\n')

/** The command that repeats a run. */
export const replayCommand = (seed: number, without: ReadonlySet<string>): string =>
  `npm run proof -- --seed ${seed}${without.size > 0 ? ` --without ${writeEvents(without)}` : ''}`

/** Shrinks a failing run; answers what is left of it and how to repeat it. */
export const explain = async (failing: SimulationReport, run = simulate): Promise<string> => {
  const { seed } = failing
  const shrunk = await shrink(failing, (without) => run(seed, undefined, without))
  const { events } = shrunk.report
  return [
    `${events.length} of ${failing.events.length} events are enough (found in ${shrunk.runs} runs):`,
    describeRun(shrunk.report),
    `again: ${replayCommand(seed, shrunk.without)}`,
  ].join('\n')
}
