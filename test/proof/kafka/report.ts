import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { BrokerFaults } from './broker-log.ts'
import type { ProofOptions, ProofReport } from './proof.ts'

/** The report as it stands in docs/proof.md: a list, one fact a line. */
export const linesOf = (
  options: ProofOptions,
  report: ProofReport,
  broker: { readonly name: string; readonly brokers: number },
  brokerFaults: BrokerFaults | undefined,
): readonly string[] => {
  const { faults, verdict } = report
  const { lost, doubled, outOfOrder, wrongState } = verdict.broken
  const { inputs, results, deadLetters, effects } = verdict.repeated
  const faultCount = Object.values(faults).reduce((sum, count) => sum + count, 0)
  return [
    `- Seed ${options.seed}, ${options.workers} workers, ${nameOf(broker)}, Node ${process.versions.node}, ${cpus().length} cores, ${report.date}.`,
    `- ${report.inputs} inputs, ${inputs} of them twice in their topic; ${faults.kill} workers killed (-9), ${faults.freeze} frozen for longer than the session time-out (${options.sessionMs} ms) and woken, ${faults.service} broker kills (-9) with restart, ${faults['join-and-leave']} joins and leaves; ${report.processes} worker processes in all.`,
    `- ${lost} lost, ${doubled} doubled, ${outOfOrder} out of order, ${wrongState} made with a wrong state, ${report.gaveUp.length} workers that gave up, ${report.behind.length} partitions left behind, ${report.rewinds} times that committed offsets went back.`,
    ...(brokerFaults ? [lineOf(brokerFaults)] : []),
    `- Done more than once and written again under the same id: ${results} results, ${deadLetters} dead letters, ${effects} records in the sink.`,
    `- ${report.seconds.toFixed(0)} s; ${report.amongFaults} results reached the sink between the first fault and the last; ${report.midFlow} of ${faultCount} faults came after new results since the one before (of two at once only one counts); everything was done ${report.quietSeconds.toFixed(0)} s after the last.`,
  ]
}

const nameOf = ({ name, brokers }: { readonly name: string; readonly brokers: number }): string =>
  `${name.replace('kafka-', 'Kafka ')}${brokers > 1 ? `, ${brokers} brokers with three copies, killed in turn` : ''}`

const lineOf = ({ halfLoaded, marksLeftOut }: BrokerFaults): string =>
  `- Of its own faults the broker told ${halfLoaded} times that it answered for groups it had not loaded yet, and ${marksLeftOut} times that it left out the mark of a transaction.`

/** Puts the lines between the marks of their mode (`at-least-once`, `exactly-once, three brokers`). Throws when the page has no such marks. */
export const writeReport = (page: string, mode: string, lines: readonly string[]): void => {
  const [from, to] = [`<!-- ${mode} -->`, `<!-- end of ${mode} -->`]
  const text = readFileSync(page, 'utf8')
  const [start, end] = [text.indexOf(from), text.indexOf(to)]
  if (start < 0 || end < start) throw new Error(`${page} has no marks ${from} and ${to}`)
  const head = text.slice(0, start + from.length)
  writeFileSync(page, `${head}\n\n${lines.join('\n')}\n\n${text.slice(end)}`)
}
