import type { Finding } from '../../topology/model/document.ts'

/** From this score on a checksum, a numbering plan or a list entry confirmed the value. */
export const VALIDATED = 95

/**
 * The total order of findings that compete for the same characters: confirmed before unconfirmed, longer before shorter,
 * higher score, earlier start, then names. No two different findings are equal, so the outcome never depends on the order
 * in which recognisers ran.
 */
export const compareStrength = (a: Finding, b: Finding): number =>
  Number(b.score >= VALIDATED) - Number(a.score >= VALIDATED) ||
  b.end - b.start - (a.end - a.start) ||
  b.score - a.score ||
  a.start - b.start ||
  (a.type < b.type ? -1 : a.type > b.type ? 1 : 0) ||
  Number(a.recogniser === 'repeat') - Number(b.recogniser === 'repeat') ||
  (a.recogniser < b.recogniser ? -1 : a.recogniser > b.recogniser ? 1 : 0)

interface Region {
  start: number
  end: number
  readonly finding: Finding
}

/** Winners of one cluster of overlapping findings, then widened until they cover all of its characters. */
const settle = (cluster: readonly Finding[]): Finding[] => {
  const regions: Region[] = []
  for (const finding of [...cluster].sort(compareStrength)) {
    const at = firstEndingAfter(regions, finding.start)
    const rival = regions[at]
    if (!rival || rival.start >= finding.end) {
      regions.splice(at, 0, { start: finding.start, end: finding.end, finding })
    } else cover(regions, at, finding)
  }
  return regions.map(({ start, end, finding }) => ({ ...finding, start, end }))
}

const firstEndingAfter = (regions: readonly Region[], offset: number): number => {
  let low = 0
  let high = regions.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (regions[middle]!.end > offset) high = middle
    else low = middle + 1
  }
  return low
}

/** A loser's characters that no winner covers are given to the winners beside them: what was suspected never stays. */
const cover = (regions: Region[], first: number, { start, end }: Finding): void => {
  regions[first]!.start = Math.min(regions[first]!.start, start)
  for (let at = first; at < regions.length && regions[at]!.start < end; at++) {
    const next = regions[at + 1]
    regions[at]!.end = Math.max(regions[at]!.end, next ? Math.min(end, next.start) : end)
  }
}

/** In order, and none overlaps the next: as most are that a scan found. */
const areApart = (findings: readonly Finding[]): boolean => {
  for (let at = 1; at < findings.length; at++)
    if (findings[at]!.start < findings[at - 1]!.end) return false
  return true
}

/**
 * Findings that do not overlap and cover every character that some finding covers. Each has the type, score and recogniser of
 * the strongest finding it covers, and may be wider than it.
 */
export const resolve = (findings: readonly Finding[]): Finding[] => {
  if (areApart(findings)) return [...findings]
  const sorted = [...findings].sort(
    (a, b) => a.start - b.start || b.end - a.end || compareStrength(a, b),
  )
  const resolved: Finding[] = []
  let cluster: Finding[] = []
  let reach = -1
  const flush = () => {
    if (cluster.length === 1) resolved.push(cluster[0]!)
    else if (cluster.length > 1) for (const winner of settle(cluster)) resolved.push(winner)
    cluster = []
  }
  for (const finding of sorted) {
    if (finding.start >= reach) flush()
    cluster.push(finding)
    reach = Math.max(reach, finding.end)
  }
  flush()
  return resolved
}
