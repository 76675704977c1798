/** What one stack says of one run over files, on the last line of its output, as JSON. The peers' scripts write the same. */
export interface DocumentReport {
  /** Pages that have text, or rows. */
  readonly units: number
  /** Code points or UTF-16 units, as the language counts. */
  readonly characters: number
  /** Files that gave no text: broken, encrypted, or of pictures alone. */
  readonly failed: number
  /** CPU of the process from its start to the end of the first pass, imports and warming up included. */
  readonly coldSeconds: number
  /** CPU of the last pass. */
  readonly warmSeconds: number
}

/** What the rounds of one stack come to, per CPU second and per pass. */
export interface DocumentRate {
  readonly units: number
  readonly failed: number
  /** Units per CPU second of the last pass: the best round, and the median. */
  readonly best: number
  readonly median: number
  /** Milliseconds of CPU for a pass: the median of the last ones, and of the first ones with the start of the process. */
  readonly warmMs: number
  readonly coldMs: number
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!

/** @throws Error when there is no report */
export const rateOf = (reports: readonly DocumentReport[]): DocumentRate => {
  const [first] = reports
  if (first === undefined) throw new Error('there is no report to take a rate of')
  const rates = reports.map(({ units, warmSeconds }) => units / warmSeconds)
  return {
    units: first.units,
    failed: first.failed,
    best: Math.round(Math.max(...rates)),
    median: Math.round(median(rates)),
    warmMs: Math.round(1000 * median(reports.map(({ warmSeconds }) => warmSeconds))),
    coldMs: Math.round(1000 * median(reports.map(({ coldSeconds }) => coldSeconds))),
  }
}

/**
 * The report on the last line of what a stack printed: libraries print above it.
 *
 * @throws Error when there is none
 */
export const reportIn = (output: string): DocumentReport => {
  const line = output.trimEnd().split('\n').at(-1) ?? ''
  if (!line.startsWith('{')) throw new Error('the stack printed no report')
  return JSON.parse(line) as DocumentReport
}
