import type { Finding } from '../../topology/model/document.ts'
import { type OverBudget, detectWithin } from './detect.ts'
import type { Policy } from './policy.ts'

/** Thrown when a text is larger than its policy's budget: there are no findings to give. */
export class OverBudgetError extends Error {
  readonly code = 'PII_OVER_BUDGET'
  readonly what: OverBudget['what']
  constructor(what: OverBudget['what']) {
    super(`over the policy's budget of ${what}`)
    this.what = what
  }
}

/** Finds personal data in a text: sorted, apart from each other, offsets in UTF-16 code units. `known` was found elsewhere. */
export const detect = (
  text: string,
  policy: Policy,
  known: readonly Finding[] = [],
): readonly Finding[] => {
  const found = detectWithin(text, policy, undefined, known)
  if ('kind' in found) throw new OverBudgetError(found.what)
  return found
}

export { apply } from './apply.ts'
export { redactDocument } from './redact-document.ts'
