import { counted, table, type Output } from '../output.ts'
import { usageLines } from './models-used.ts'
import { isComplete, type JobReport } from './report.ts'

const verdictOf = (report: JobReport): string => {
  if (report.interrupted) return 'interrupted; start again to go on'
  return isComplete(report) ? 'all accounted for' : 'NOT ALL ACCOUNTED FOR'
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`

const intakeOf = ({ intake, deadOfEarlierJobs }: JobReport): readonly string[] => {
  const { publishedNow, takenOver, unchanged, unchangedContainers: containers } = intake
  const more = [
    ...(takenOver > 0 ? [`${takenOver} taken over from before`] : []),
    ...(unchanged > 0 ? [`${unchanged} unchanged since they were processed`] : []),
    ...(deadOfEarlierJobs > 0 ? [`${deadOfEarlierJobs} of an earlier job dead-lettered now`] : []),
  ]
  return [
    ...(more.length === 0 ? [] : [[`${publishedNow} published now`, ...more].join(', ')]),
    ...(containers === 0
      ? []
      : [
          `${counted(containers, 'unchanged container')}: members were not listed again, and are not counted`,
        ]),
  ]
}

/** The report for people. */
export const printReport = (output: Output, report: JobReport): void => {
  const { documents } = report
  const verdict = verdictOf(report)
  output.line()
  output.line(
    `${counted(documents.published, 'document')}: ${documents.delivered} delivered, ${documents.dropped} dropped, ${documents.dead} dead-lettered (${verdict})`,
  )
  for (const line of intakeOf(report)) output.line(line)
  output.line(
    [
      counted(report.chunks, 'chunk'),
      counted(report.embeddings, 'embedding'),
      counted(report.classifications, 'classification'),
      counted(report.summaries, 'summary', 'summaries'),
    ].join(', '),
  )
  output.line(
    `${report.seconds} s, ${report.documentsPerSecond} documents/s, at most ${mebibytes(report.peakRssBytes)} of memory`,
  )
  for (const line of usageLines(report.models, report.currency)) output.line(line)
  const left = [
    ...(report.unreadable.length > 0 ? [`${report.unreadable.length} unreadable`] : []),
    ...(report.skipped.length > 0 ? [`${report.skipped.length} skipped`] : []),
  ]
  if (left.length > 0) output.line(`Not published: ${left.join(', ')}`)
  printCounts(output, 'Redacted', report.redacted)
  printCounts(output, 'Dropped', report.droppedReasons)
  printCounts(
    output,
    'Dead letters',
    Object.fromEntries(report.deadLetters.map((each) => [each.disposition, each.count])),
  )
  output.line()
  output.line(`Parquet    ${report.outputs.parquet}`)
  output.line(`Vectors    ${report.outputs.vectors}`)
  output.line(`Summaries  ${report.outputs.summaries}`)
}

const printCounts = (
  output: Output,
  title: string,
  counts: Readonly<Record<string, number>>,
): void => {
  const rows = Object.entries(counts)
  if (rows.length === 0) return
  output.line()
  for (const line of table([title, ''], rows)) output.line(line)
}
