import { tableOf } from './char-classes.ts'
import { LONGEST, placeholderEnd } from './placeholder.ts'

/** A stretch of a text that is read again. */
export interface Window {
  readonly start: number
  readonly end: number
}

/**
 * Further than any recogniser looks ahead to, or back at, what may have changed. Where it begins to look has to lie inside; what it then reads
 * may lie outside.
 */
const BEFORE = 160
const BEHIND = 96
const MOST_STEPS = 120

const isBlank = (code: number) => code <= 32

const back = (text: string, from: number): number => {
  let at = Math.max(0, from)
  for (let k = 0; k < MOST_STEPS && at > 0 && !isBlank(text.charCodeAt(at - 1)); k++) at--
  return at
}

/** What stands between the brackets of a placeholder. */
const IN_LABEL = tableOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:. ()/+-')

/** A placeholder of an earlier run is read from its beginning or not at all: its inside may look like a key. */
const outsideLabel = (text: string, at: number): number => {
  const first = Math.max(0, at - LONGEST)
  let open = at - 1
  while (open >= first && IN_LABEL[text.charCodeAt(open)] === 1) open--
  return open >= first && placeholderEnd(text, open) > at ? open : at
}

const ahead = (text: string, from: number): number => {
  let at = Math.min(text.length, from)
  for (let k = 0; k < MOST_STEPS && at < text.length && !isBlank(text.charCodeAt(at)); k++) at++
  return at
}

/**
 * Stretches around places of a text, cut at blanks where there are any, never inside one of `all`, the findings, apart from
 * each other.
 */
export const windowsAround = (
  text: string,
  some: readonly Window[],
  all: readonly Window[],
): readonly Window[] => {
  const windows: Window[] = []
  let last: { start: number; end: number } | undefined
  let first = 0
  for (const { start, end } of some) {
    // What begins within the last window goes on with it: nothing before its end has to be looked at again.
    const goesOn = last !== undefined && start - BEFORE <= last.end
    let from = goesOn ? last!.end : outsideLabel(text, back(text, start - BEFORE))
    let to = ahead(text, end + BEHIND)
    while (first < all.length && all[first]!.end <= from) first++
    for (let k = first; k < all.length && all[k]!.start < to; k++) {
      from = Math.min(from, all[k]!.start)
      to = Math.max(to, all[k]!.end)
    }
    if (last && from <= last.end) last.end = Math.max(last.end, to)
    else windows.push((last = { start: from, end: to }))
  }
  return windows
}

/** What is further from a place than this lies outside of its window. */
const FURTHEST = BEFORE + MOST_STEPS

/** One of the stretches, which are in order and apart, is so near to a place that reading around it would see the stretch. */
export const isNear = (stretches: readonly Window[], { start, end }: Window): boolean => {
  let low = 0
  let high = stretches.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (stretches[middle]!.end >= start - FURTHEST) high = middle
    else low = middle + 1
  }
  return low < stretches.length && stretches[low]!.start <= end + FURTHEST
}
