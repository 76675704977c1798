import { unitsOf } from './units.ts'
import { type ScanPlan, planOf } from './events.ts'
import type { Policy } from './policy.ts'

/** A possible value in the view. Like a finding, and what the resolver and the context step need besides. */
export interface Candidate {
  readonly start: number
  readonly end: number
  readonly type: string
  readonly score: number
  readonly recogniser: string
}

/** A number or code that its form alone does not decide: a word beside it may. */
export interface Undecided {
  readonly start: number
  readonly end: number
  readonly kind: 'number' | 'code' | 'date'
  /** What an earlier decision left of a longer number. */
  readonly rest?: boolean
}

/**
 * Blank lines before and behind every text that is scanned. Recognisers look at neighbours without asking whether there are any:
 * V8 gives up its fast path for `charCodeAt` where that was asked for a place outside of the text once.
 */
export const MARGIN = 8
const BLANKS = '\n'.repeat(MARGIN)

/**
 * One pass over one view, with a margin around it: all offsets are those in `text`. Recognisers read `text` and add what they find; none looks at what another found, so their order
 * decides nothing.
 */
export class Scan {
  readonly text: string
  /** The UTF-16 units of `text`. Until those of another text are asked for. */
  units: Uint16Array
  /** End of the view within `text`. */
  readonly length: number
  readonly policy: Policy
  readonly plan: ScanPlan
  readonly found: Candidate[] = []
  readonly undecided: Undecided[] = []

  constructor(text: string, policy: Policy) {
    // Joined, not added: the characters of a string that was added up cost twice as much to look at.
    this.text = [BLANKS, text, BLANKS].join('')
    this.length = text.length + MARGIN
    this.units = unitsOf(this.text)
    this.policy = policy
    this.plan = planOf(policy)
  }

  /** Has the units again where another text was read in between. */
  open(): void {
    this.units = unitsOf(this.text)
  }

  /** Least score that the policy takes for a type; above 100 when the type is off. */
  threshold(type: string): number {
    return this.policy.threshold(type)
  }

  wants(type: string): boolean {
    return this.threshold(type) <= 100
  }

  add(start: number, end: number, type: string, score: number, recogniser: string): boolean {
    if (score < this.threshold(type)) return false
    this.found.push({ start, end, type, score, recogniser })
    return true
  }

  /** Keeps a value for the context step. */
  ask(start: number, end: number, kind: Undecided['kind']): void {
    this.undecided.push({ start, end, kind })
  }
}
