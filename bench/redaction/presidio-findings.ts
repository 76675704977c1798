import { type Found, SCORED, utf16Offsets } from './quality.ts'

/** A line for bench/peers/python_presidio.py. */
export interface PresidioRequest {
  readonly texts: readonly string[]
  readonly passes: number
}

/** Its answer, a line too. */
export interface PresidioAnswer {
  /** CPU seconds of all passes. */
  readonly seconds: number
  /** For each text, of the last pass. Offsets in code points. */
  readonly findings: readonly (readonly PresidioFinding[])[]
}

export type PresidioFinding = readonly [type: string, start: number, end: number, score: number]

/**
 * The findings of a text from this score on, of the types that are scored. Of two that lie in one another the longer stays, of two
 * at the same place the one with the higher score, as Presidio's anonymiser takes them: its address of a mail holds a
 * link, which would else count as wrong.
 */
export const foundBy = (
  text: string,
  findings: readonly PresidioFinding[],
  threshold: number,
): readonly Found[] => {
  const offsets = utf16Offsets(text)
  const best = findings
    .filter(([type, , , score]) => score >= threshold && SCORED.has(type))
    .toSorted((a, b) => b[2] - b[1] - (a[2] - a[1]) || b[3] - a[3])
  const kept: PresidioFinding[] = []
  for (const each of best) {
    const inside = kept.some(([, start, end]) => start <= each[1] && each[2] <= end)
    if (!inside) kept.push(each)
  }
  return kept
    .map(([type, start, end]) => ({ type, start: offsets[start]!, end: offsets[end]! }))
    .toSorted((a, b) => a.start - b.start)
}
