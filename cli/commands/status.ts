import type { ArchiveView } from '../read/archive-view.ts'
import { lettersIn } from '../read/dead-letter-marks.ts'
import { lagOf, type Lag } from '../read/lag.ts'
import { exitCodes } from '../exit-codes.ts'
import { table, type Output } from '../output.ts'

interface PartStatus extends Lag {
  readonly deadLetters: number
}

/** How far every sub-topology is. */
export const status = async (view: ArchiveView, output: Output): Promise<number> => {
  const dead = new Map<string, number>()
  for await (const { letter } of lettersIn(view)) {
    dead.set(letter.subTopology, (dead.get(letter.subTopology) ?? 0) + 1)
  }
  const rows: PartStatus[] = []
  for (const part of view.topology.subTopologies) {
    for (const lag of await lagOf(view.log, view.topology, part)) {
      rows.push({ ...lag, deadLetters: dead.get(part.name) ?? 0 })
    }
  }
  output.value({ subTopologies: rows })
  const head = ['sub-topology', 'topic', 'end', 'committed', 'lag', 'in flight', 'dead letters']
  const cells = rows.map((row) => [
    row.subTopology,
    row.topic,
    row.end,
    row.committed,
    row.lag,
    row.inFlight,
    row.deadLetters,
  ])
  for (const line of table(head, cells)) output.line(line)
  return exitCodes.ok
}
