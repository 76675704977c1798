import type { PlacedFinding } from '../../topology/model/document.ts'

/** A stretch of the text as it was before redaction, in UTF-16 units. */
export type SourceRange = readonly [start: number, end: number]

/**
 * Tells which stretch of the text before redaction a stretch of the redacted text was made of: the least that holds all of it, so
 * what begins or ends inside of a placeholder takes the whole of what the placeholder stands for. Offsets only: values are not known
 * here. `findings` are sorted and apart.
 */
export function sourceRanges(
  findings: readonly PlacedFinding[],
): (start: number, end: number) => SourceRange {
  if (findings.length === 0) return (start, end) => [start, end]
  return (start, end) => [startBefore(findings, start), endBefore(findings, end)]
}

function startBefore(findings: readonly PlacedFinding[], start: number): number {
  const last = findings[lastStartingBefore(findings, start + 1)]
  if (last === undefined) return start
  return start < last.end ? last.sourceStart : last.sourceEnd + start - last.end
}

function endBefore(findings: readonly PlacedFinding[], end: number): number {
  const last = findings[lastStartingBefore(findings, end)]
  if (last === undefined) return end
  return end <= last.end ? last.sourceEnd : last.sourceEnd + end - last.end
}

/** Index of the last finding that begins before `position`, or -1. */
function lastStartingBefore(findings: readonly PlacedFinding[], position: number): number {
  let low = 0
  let high = findings.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (findings[middle]!.start < position) low = middle + 1
    else high = middle
  }
  return low - 1
}
