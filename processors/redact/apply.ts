import type { Finding } from '../../topology/model/document.ts'
import { GrowingText } from '../formats/growing-text.ts'
import { createLastBefore } from './last-before.ts'
import type { Operator } from './options.ts'
import { touches } from './neighbours.ts'
import { Replacer, type Secrets } from './operators.ts'
import { NEEDS_KEY, type EntityRule, type Policy } from './policy.ts'

/** One finding as evidence: what was found where and what was done. Never the value. */
export interface Evidence extends Finding {
  readonly operator: Operator
  readonly keyId?: string
}

/** Where things of the original text are in the redacted one. */
export interface RedactionMap {
  /** Redacted offset of a boundary. One inside a value goes to the beginning of what replaced it. */
  readonly toRedacted: (offset: number) => number
  /** Original offset of a boundary. One inside a replacement goes to the beginning of the value. */
  readonly toOriginal: (offset: number) => number
}

export interface Applied {
  readonly text: string
  readonly report: readonly Evidence[]
  readonly map: RedactionMap
}

/** Adds the findings to how many there are of each type. */
export const countTypes = (counts: Map<string, number>, findings: readonly Finding[]): void => {
  for (const { type } of findings) counts.set(type, (counts.get(type) ?? 0) + 1)
}

/** As an object whose keys are sorted. */
export const sortedCounts = (
  counts: ReadonlyMap<string, number>,
): Readonly<Record<string, number>> =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))

/** Sorted, apart stretches in one text and where each went in the other. */
interface Stretches {
  readonly from: readonly number[]
  readonly to: readonly number[]
}

const through = (here: Stretches, there: Stretches) => {
  const lastBefore = createLastBefore(here.from)
  return (offset: number) => {
    const last = lastBefore(offset)
    if (last < 0) return offset
    const end = here.to[last]!
    return offset < end ? there.from[last]! : there.to[last]! + offset - end
  }
}

const evidence = (
  { start, end, type, score, recogniser }: Finding,
  { operator, keyId }: EntityRule,
): Evidence =>
  keyId === undefined || !NEEDS_KEY.has(operator)
    ? { start, end, type, score, recogniser, operator }
    : { start, end, type, score, recogniser, operator, keyId }

/** Writes the redacted text with a replacer that may be shared by the texts of one document. */
export const applyWith = (
  text: string,
  findings: readonly Finding[],
  policy: Policy,
  write: (finding: Finding, value: string, glued: boolean) => string,
): Applied => {
  const written = new GrowingText()
  const report: Evidence[] = []
  const original = { from: [] as number[], to: [] as number[] }
  const redacted = { from: [] as number[], to: [] as number[] }
  let done = 0
  for (const finding of findings) {
    const rule = policy.rule(finding.type)
    // Only a surrogate without brackets has to know.
    const glued = rule.operator === 'pseudonymise' && touches(text, finding)
    const replacement = write(finding, text.slice(finding.start, finding.end), glued)
    written.append(text.slice(done, finding.start))
    original.from.push(finding.start)
    original.to.push(finding.end)
    redacted.from.push(written.length)
    written.append(replacement)
    redacted.to.push(written.length)
    report.push(evidence(finding, rule))
    done = finding.end
  }
  written.append(text.slice(done))
  return {
    text: written.toString(),
    report,
    map: { toRedacted: through(original, redacted), toOriginal: through(redacted, original) },
  }
}

/** Rewrites a text. `findings` are sorted and do not overlap, as the detector gives them. */
export const apply = (
  text: string,
  findings: readonly Finding[],
  policy: Policy,
  secrets: Secrets,
): Applied => {
  const replacer = new Replacer(secrets)
  return applyWith(text, findings, policy, ({ type }, value, glued) =>
    replacer.replace(type, value, policy.rule(type), glued),
  )
}
