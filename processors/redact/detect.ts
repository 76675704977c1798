import type { Finding } from '../../topology/model/document.ts'
import { decideByContext } from './decide.ts'
import { IDENTITY, type OffsetMap, OffsetMapBuilder } from './offset-map.ts'
import { maskValue } from './operators.ts'
import { touches } from './neighbours.ts'
import { findRepeats } from './repeats.ts'
import type { Policy } from './policy.ts'
import { resolve } from './resolve.ts'
import { Scan } from './scan.ts'
import { scanText } from './scanner.ts'
import type { TermIndex } from './term-index.ts'
import { type View, viewOf } from './view.ts'

/** A text that costs more than the policy's budget allows: nothing was decided about it. */
export interface OverBudget {
  readonly kind: 'over-budget'
  readonly what: 'characters' | 'findings'
}

const addTerms = (scan: Scan, index: TermIndex | undefined): void => {
  if (!index) return
  for (const { start, end, term } of index.find(scan.text))
    scan.add(start, end, term.type, term.score, term.recogniser)
}

const addCustom = (scan: Scan): void => {
  for (const { pattern, type, score, recogniser } of scan.policy.custom) {
    const matcher = pattern.matcher(scan.text)
    while (matcher.find()) scan.add(matcher.start(), matcher.end(), type, score, recogniser)
  }
}

const allowed = (policy: Policy, text: string, { start, end }: Finding): boolean =>
  policy.allow.size > 0 && policy.allow.has(text.slice(start, end).normalize('NFC').toLowerCase())

/** What the redacted text will look like to a recogniser, with the way back. */
const skeletonOf = (
  text: string,
  found: readonly Finding[],
  policy: Policy,
): Omit<View, 'lossy'> => {
  const parts: string[] = []
  const map = new OffsetMapBuilder()
  let done = 0
  for (const { start, end, type } of found) {
    const rule = policy.rule(type)
    const written =
      rule.operator === 'mask' ? maskValue(type, text.slice(start, end), rule) : `[${type}]`
    parts.push(text.slice(done, start), written)
    if (start > done) map.same(done, start)
    map.replaced(start, end, written.length)
    done = end
  }
  parts.push(text.slice(done))
  if (done < text.length) map.same(done, text.length)
  return { text: parts.join(''), map: map.build() }
}

const MAX_ROUNDS = 6

const scanned = (
  text: string,
  policy: Policy,
  terms: TermIndex | undefined,
): readonly Finding[] => {
  const scan = new Scan(text, policy)
  scanText(scan)
  addTerms(scan, policy.deny)
  addTerms(scan, terms)
  addCustom(scan)
  const known = (finding: Finding) => !allowed(policy, text, finding)
  const decided = decideByContext(scan, resolve(scan.found.filter(known))).filter(known)
  const repeats = findRepeats(text, decided).filter(known)
  return repeats.length === 0 ? decided : resolve([...decided, ...repeats])
}

const inSource = (finding: Finding, map: OffsetMap): Finding => ({
  ...finding,
  start: map.start(finding.start),
  end: map.end(finding.end),
})

/** Findings in the view of a text; where decoding may have hidden what the raw text shows, in both. */
const read = (text: string, policy: Policy, terms: TermIndex | undefined): readonly Finding[] => {
  const view = viewOf(text)
  const found = scanned(view.text, policy, terms)
  if (view.map === IDENTITY) return found
  const inText = found.map((finding) => inSource(finding, view.map))
  return view.lossy ? resolve([...inText, ...scanned(text, policy, terms)]) : inText
}

/**
 * Where a value touched other characters, what is left of them may read as a value of its own once it is replaced: such a
 * text is read again as it will look, until nothing new is found.
 */
const settled = (
  text: string,
  policy: Policy,
  terms: TermIndex | undefined,
): readonly Finding[] => {
  const { lossy } = viewOf(text)
  let all = read(text, policy, terms)
  let fresh = all
  for (let round = 1; round < MAX_ROUNDS; round++) {
    if (!fresh.some((finding) => lossy || touches(text, finding))) break
    const skeleton = skeletonOf(text, all, policy)
    fresh = read(skeleton.text, policy, terms).map((finding) => inSource(finding, skeleton.map))
    if (fresh.length > 0) all = resolve([...all, ...fresh])
  }
  return all
}

/**
 * Finds personal data: sorted findings that do not overlap, with offsets in UTF-16 code units of `text`.
 *
 * A pure function of text, policy and terms. `terms` are values known from elsewhere in the same document.
 */
export const detectWithin = (
  text: string,
  policy: Policy,
  terms?: TermIndex,
): readonly Finding[] | OverBudget => {
  if (text.length > policy.budget.characters) return { kind: 'over-budget', what: 'characters' }
  const found = settled(text, policy, terms)
  return found.length > policy.budget.findings ? { kind: 'over-budget', what: 'findings' } : found
}
