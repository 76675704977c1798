import type { Config } from '../../config/schema.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import type { Delivery } from '../../topology/ports/record-log.ts'
import { duration } from '../duration.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import { usageLines } from '../job/models-used.ts'
import { backlogLines } from '../operations/backlog-lines.ts'
import { statusAt, statusOf, type ProcessStatus } from '../operations/process-status.ts'
import { table, type Output } from '../output.ts'
import type { ArchiveView } from '../read/archive-view.ts'
import { lettersIn } from '../read/dead-letter-marks.ts'
import { lagOf, type Lag } from '../read/lag.ts'

interface PartStatus extends Lag {
  readonly deadLetters: number
}

/** What the running processes that were asked say of one sub-topology. */
type PartState = ProcessStatus['parts'][number]

/** How far every sub-topology is, and how the processes are that work on it: the one of the data folder, or those named. */
export const status = async (
  view: ArchiveView,
  output: Output,
  config: Pick<Config, 'dataDir' | 'delivery'>,
  at: readonly string[] = [],
): Promise<number> => {
  const processes = at.length > 0 ? await allAt(at) : await ofFolder(config.dataDir)
  const states = processes.flatMap(({ parts }) => parts)
  const dead = new Map<string, number>()
  for await (const { letter } of lettersIn(view)) {
    dead.set(letter.subTopology, (dead.get(letter.subTopology) ?? 0) + 1)
  }
  const deliveries: Readonly<Record<string, Delivery>> = config.delivery
  const rows: PartStatus[] = []
  for (const part of view.topology.subTopologies) {
    const delivery = deliveries[part.name]
    const question = { now: systemClock.now(), delivery }
    for (const lag of await lagOf(view.log, view.topology, part, question)) {
      rows.push({ ...lag, deadLetters: dead.get(part.name) ?? 0 })
    }
  }
  output.value({ subTopologies: rows, processes })
  for (const line of table(
    head,
    rows.map((row) => cellsOf(row, states)),
  ))
    output.line(line)
  for (const each of processes)
    for (const line of [...backlogLines(each.backlog), ...usageLines(each.models, each.currency)])
      output.line(`process ${each.pid}, ${line}`)
  return exitCodes.ok
}

const head = [
  'sub-topology',
  'topic',
  'end',
  'committed',
  'lag',
  'oldest',
  'in flight',
  'dead letters',
  'last commit',
  'state',
]

const cellsOf = (row: PartStatus, all: readonly PartState[]): readonly (string | number)[] => {
  const states = all.filter(({ subTopology }) => subTopology === row.subTopology)
  return [
    row.subTopology,
    row.topic,
    row.end,
    row.committed,
    row.lag,
    duration(row.lagSeconds),
    states.length > 0 ? inFlightOf(row, states) : row.inFlight,
    row.deadLetters,
    lastCommit(states),
    states.length > 0 ? stateOf(states) : 'not running here',
  ]
}

/** What runs knows what it has in hand; commits tell only what stands before something finished. */
const inFlightOf = ({ topic }: PartStatus, states: readonly PartState[]): number =>
  states
    .flatMap(({ partitions }) => partitions)
    .filter((each) => each.topic === topic)
    .reduce((sum, { inFlight }) => sum + inFlight, 0)

const lastCommit = (states: readonly PartState[]): string => {
  const ages = states.flatMap(({ commitAgeSeconds: age }) => (age === null ? [] : [age]))
  return ages.length > 0 ? `${duration(Math.min(...ages))} ago` : '-'
}

/** Why it waits, if it does. */
const stateOf = (states: readonly PartState[]): string => {
  const said = states.flatMap((state) => {
    if (state.breaker !== 'closed') return [`waits for ${state.dependency ?? 'a dependency'}`]
    if (state.draining) return ['draining']
    if (!state.assigned) return ['joining']
    const full = state.partitions.filter(({ paused }) => paused === 'full').length
    return full > 0 ? [`${full} of ${state.partitions.length} partitions full`] : []
  })
  return said.length > 0 ? [...new Set(said)].join('; ') : 'running'
}

const ofFolder = async (dataDir: string): Promise<readonly ProcessStatus[]> => {
  const found = await statusOf(dataDir)
  return found ? [found] : []
}

const allAt = (urls: readonly string[]): Promise<readonly ProcessStatus[]> =>
  Promise.all(
    urls.map(async (url) => {
      const found = await statusAt(url.replace(/\/$/, ''))
      if (found) return found
      throw new CommandError(
        exitCodes.failed,
        `${url} does not answer; look at --at, and at http.host and --metrics-port of the process`,
      )
    }),
  )
