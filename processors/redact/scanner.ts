import {
  ANY_WORD,
  BEHIND_MARK,
  DIGIT_GROUP,
  HOST,
  SIGN_AT,
  type ScanPlan,
  UNSPACED_WORD,
  WORD_OF_1,
} from './events.ts'
import { KINDS, eventIndex } from './kinds.ts'
import { readBehindMark, readSign } from './signs.ts'
import { MARGIN, type Scan } from './scan.ts'
import { EVENT_SHIFT, type TextPass } from './text-pass.ts'
import { readHost, readToken, tokenStart } from './tokens.ts'
import { passOf } from './units.ts'

/** The offset of a place of the pass, which has its event above. */
const PLACE = (1 << EVENT_SHIFT) - 1

/** Reads what the characters up to `at` call for. Nothing before `floor` is looked at again. */
const readEvent = (
  scan: Scan,
  plan: ScanPlan,
  event: number,
  at: number,
  floor: number,
): number => {
  if ((event & ANY_WORD) !== 0) {
    const next = readToken(scan, plan, (event & WORD_OF_1) !== 0 ? at - 1 : at - 2)
    if (next > at) return next
  }
  if ((event & HOST) !== 0) readHost(scan, at - 1, floor)
  if ((event & BEHIND_MARK) !== 0) {
    const next = readBehindMark(scan, at, floor)
    if (next > at) return next
  }
  if ((event & DIGIT_GROUP) !== 0) return readToken(scan, plan, tokenStart(scan.units, at, floor))
  if ((event & UNSPACED_WORD) !== 0) return readToken(scan, plan, at)
  return (event & SIGN_AT) === 0 ? at : readSign(scan, at)
}

/**
 * The one pass over a view, or over a stretch of it: a closer look only where the last four characters may be the beginning of
 * something.
 *
 * Every recogniser looks at a bounded window around its place and the cursor only moves forward, so the work is linear
 * in the text whatever it holds. The margin behind the text ends every token.
 */
export const scanText = (scan: Scan, from = MARGIN, to = scan.length): void => {
  const pass = passOf(scan.units)
  if (pass) scanPlaces(scan, pass, from, to)
  else scanUnits(scan, from, to)
}

/** Places of the pass know what stood before `floor`, where a token may have ended: up to here they are told anew. */
const FIRST = 3

/** Reads at the first places from `floor` on. Says where reading went on, or -1. */
const readFirst = (scan: Scan, plan: ScanPlan, floor: number, to: number): number => {
  const { units } = scan
  const last = Math.min(to, floor + FIRST - 1)
  let kinds = 0
  for (let at = floor; at <= last; at++) {
    kinds = (kinds << 5) | KINDS[units[at]!]!
    const event = plan.events[eventIndex(kinds)]!
    if (event === 0) continue
    const next = readEvent(scan, plan, event, at, floor)
    if (next > at) return next
  }
  return -1
}

/** Reads at the places that the pass found. */
const scanPlaces = (scan: Scan, pass: TextPass, from: number, to: number): void => {
  const { plan } = scan
  const { places } = pass
  const count = pass.find(plan.events, from, to)
  let floor = from
  let begun = false
  for (let k = 0; k < count || !begun;) {
    const next: number = begun ? -1 : readFirst(scan, plan, floor, to)
    begun = next < 0
    if (!begun) {
      floor = next
      continue
    }
    for (; k < count && begun; k++) {
      const at = places[k]! & PLACE
      if (at < floor + FIRST) continue
      if (at > to) return
      const end = readEvent(scan, plan, places[k]! >>> EVENT_SHIFT, at, floor)
      if (end <= at) continue
      floor = end
      begun = false
    }
  }
}

/** One table look-up per character. */
const scanUnits = (scan: Scan, from: number, to: number): void => {
  const { units, plan } = scan
  const { events } = plan
  let floor = from
  let kinds = 0
  // Words of one and two letters are read at what follows them.
  for (let at = from; at <= to; at++) {
    kinds = (kinds << 5) | KINDS[units[at]!]!
    const event = events[eventIndex(kinds)]!
    if (event === 0) continue
    const next = readEvent(scan, plan, event, at, floor)
    if (next > at) {
      floor = next
      at = next - 1
      kinds = 0
    }
  }
}
