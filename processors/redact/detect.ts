import type { Finding } from '../../topology/model/document.ts'
import { decideByContext } from './decide.ts'
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

const detectInView = (view: View, policy: Policy, terms: TermIndex | undefined): Finding[] => {
  const scan = new Scan(view.text, policy)
  scanText(scan)
  addTerms(scan, policy.deny)
  addTerms(scan, terms)
  addCustom(scan)
  const sure = resolve(scan.found.filter((finding) => !allowed(policy, view.text, finding)))
  const decided = decideByContext(scan, sure).filter(
    (finding) => !allowed(policy, view.text, finding),
  )
  const found = decided.length === 0 ? sure : resolve([...sure, ...decided])
  return found.map((finding) => ({
    ...finding,
    start: view.map.start(finding.start),
    end: view.map.end(finding.end),
  }))
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
  const view = viewOf(text)
  const found = detectInView(view, policy, terms)
  // Where decoding may have hidden what the raw text shows, both readings count.
  const both = view.lossy
    ? resolve([...found, ...detectInView({ ...viewOf(''), text }, policy, terms)])
    : found
  return both.length > policy.budget.findings ? { kind: 'over-budget', what: 'findings' } : both
}
