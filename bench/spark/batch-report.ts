/** What one stack says of one run over a folder of mails, on the last line of its output, as JSON. The peer's script writes the same. */
export interface BatchReport {
  /** Rows that were written. */
  readonly mails: number
  /** CPU of the process and of all that it started, from its start to the last file. */
  readonly cpuSeconds: number
}

/** What the mails cost that one run has more than the other. */
export interface MarginalCost {
  /** Mails per CPU second beyond those of the smaller run: what a start costs is left out. */
  readonly mailsPerCpuSecond: number
  /** CPU seconds that a run takes before its first mail, by the same line through both. */
  readonly startSeconds: number
}

/**
 * The line through a small and a large run.
 *
 * @throws Error when the large run has no more mails, or took no longer
 */
export const marginalCost = (small: BatchReport, large: BatchReport): MarginalCost => {
  const mails = large.mails - small.mails
  const seconds = large.cpuSeconds - small.cpuSeconds
  if (mails <= 0 || seconds <= 0)
    throw new Error('a marginal cost needs two runs, the second of them larger and longer')
  return {
    mailsPerCpuSecond: mails / seconds,
    startSeconds: small.cpuSeconds - (small.mails * seconds) / mails,
  }
}

/**
 * The report on the last line of what a stack printed.
 *
 * @throws Error when there is none
 */
export const batchReportIn = (output: string): BatchReport => {
  const line = output.trimEnd().split('\n').at(-1) ?? ''
  if (!line.startsWith('{')) throw new Error('the stack printed no report')
  return JSON.parse(line) as BatchReport
}
