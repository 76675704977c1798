import { cpus } from 'node:os'
import type { SinksProofOptions, SinksReport } from './proof.ts'

/** The report as it stands in docs/proof.md: a list, one fact a line. */
export const sinksLinesOf = (
  options: SinksProofOptions,
  report: SinksReport,
  places: readonly string[],
): readonly string[] => {
  const { faults, verdict, injected } = report
  const { lost, doubled, unreadable, differing, wrongPoints, wrongSummaries } = verdict.broken
  const done = Object.entries(injected).map(([fault, count]) => `${count} ${fault}`)
  return [
    `- Seed ${options.seed}, ${options.workers} processes, Kafka 4.3.1, ${places.join(', ')}, Node ${process.versions.node}, ${cpus().length} cores, ${report.date}.`,
    `- ${report.inputs} inputs, ${report.repeatedInputs} of them repeated or out of order; ${faults.kill} processes killed (-9), ${faults.freeze} frozen for longer than the session time-out (${options.sessionMs} ms) and woken, ${faults.service} kills (-9) of the stores in turn, with restart; ${report.processes} processes in all.`,
    `- ${report.requests} requests to the object store, of which ${options.faultShare * 100} % were meant to go wrong: ${done.join(', ')}.`,
    `- ${lost} lost, ${doubled} doubled of ${verdict.rows} rows; ${unreadable} unreadable, ${differing} different of ${verdict.files} files in ${verdict.ranges} ranges; ${wrongPoints} wrong of ${verdict.points} points; ${wrongSummaries} wrong of ${verdict.summaries} summaries in Redis, of which the rebuild set ${report.repaired}.`,
    `- ${report.letters.length} dead letters, ${report.gaveUp.length} processes that gave up, ${report.behind.length} partitions left behind.`,
    `- ${report.seconds.toFixed(0)} s; ${report.midFlow} of ${faults.kill + faults.freeze + faults.service + faults['join-and-leave']} faults came after new commits of the sinks since the one before (of two at once only one counts); everything was done ${report.quietSeconds.toFixed(0)} s after the last.`,
  ]
}
