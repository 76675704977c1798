import type { Finding } from '../../topology/model/document.ts'
import { GrowingText } from '../formats/growing-text.ts'
import { decideByContext } from './decide.ts'
import { createLastBefore } from './last-before.ts'
import { IDENTITY, type OffsetMap, OffsetMapBuilder } from './offset-map.ts'
import { maskValue } from './operators.ts'
import { touches } from './neighbours.ts'
import { findRepeats } from './repeats.ts'
import { insidePlaceholder } from './placeholder.ts'
import type { Policy } from './policy.ts'
import { resolve } from './resolve.ts'
import { MARGIN, Scan, type Undecided } from './scan.ts'
import { scanText } from './scanner.ts'
import type { TermIndex } from './term-index.ts'
import { type View, mayDiffer, viewOf } from './view.ts'
import { type Window, isNear, windowsAround } from './windows.ts'

/** A text that costs more than the policy's budget allows: nothing was decided about it. */
export interface OverBudget {
  readonly kind: 'over-budget'
  readonly what: 'characters' | 'findings'
}

const addTerms = (scan: Scan, index: TermIndex | undefined, windows?: readonly Window[]): void => {
  if (!index) return
  for (const [text, offset] of slices(scan.text, windows, MARGIN))
    for (const { start, end, term } of index.find(text))
      scan.add(start + offset, end + offset, term.type, term.score, term.recogniser)
}

/** The windows' texts and where they begin; without windows, all of it. */
const slices = (
  text: string,
  windows: readonly Window[] | undefined,
  margin: number,
): readonly (readonly [string, number])[] =>
  windows?.map(({ start, end }) => [text.slice(start + margin, end + margin), start + margin]) ?? [
    [text, 0],
  ]

/** Patterns of a policy may ask for the beginning and the end of the text: they see it without its margin. */
const addCustom = (scan: Scan, windows?: readonly Window[]): void => {
  if (scan.policy.custom.length === 0) return
  const text = scan.text.slice(MARGIN, scan.length)
  for (const { pattern, type, score, recogniser } of scan.policy.custom)
    for (const [slice, offset] of slices(text, windows, 0)) {
      const matcher = pattern.matcher(slice)
      while (matcher.find()) {
        const [start, end] = [matcher.start() + offset, matcher.end() + offset]
        if (!insidePlaceholder(text, start, end))
          scan.add(start + MARGIN, end + MARGIN, type, score, recogniser)
      }
    }
}

const allowed = (policy: Policy, text: string, { start, end }: Finding): boolean =>
  policy.allow.size > 0 && policy.allow.has(text.slice(start, end).normalize('NFC').toLowerCase())

/** What the redacted text will look like to a recogniser, with the way back. */
const skeletonOf = (
  text: string,
  found: readonly Finding[],
  policy: Policy,
): Pick<View, 'text' | 'map'> => {
  const skeleton = new GrowingText()
  const map = new OffsetMapBuilder()
  let done = 0
  for (const { start, end, type } of found) {
    const rule = policy.rule(type)
    const written =
      rule.operator === 'mask' ? maskValue(type, text.slice(start, end), rule) : `[${type}]`
    skeleton.append(text.slice(done, start))
    skeleton.append(written)
    if (start > done) map.same(done, start)
    map.replaced(start, end, written.length)
    done = end
  }
  skeleton.append(text.slice(done))
  if (done < text.length) map.same(done, text.length)
  return { text: skeleton.toString(), map: map.build() }
}

const MAX_ROUNDS = 6

/** What is found in one text, and what its form and the words near it did not decide. */
interface Scanned {
  readonly found: readonly Finding[]
  readonly undecided: readonly Undecided[]
}

/** Where a text is scanned, when not all of it is, and what is known of the rest. */
interface Part {
  readonly windows: readonly Window[]
  readonly rest?: Scanned
}

const scanned = (scan: Scan, terms: TermIndex | undefined, part?: Part): Scanned => {
  const { policy } = scan
  const windows = part?.windows
  addTerms(scan, policy.deny, windows)
  addTerms(scan, terms, windows)
  scan.open()
  if (windows) for (const { start, end } of windows) scanText(scan, start + MARGIN, end + MARGIN)
  else scanText(scan)
  addCustom(scan, part?.rest ? undefined : windows)
  if (part?.rest) {
    for (const finding of part.rest.found) scan.found.push(moved(finding, MARGIN))
    for (const item of part.rest.undecided) scan.undecided.push(moved(item, MARGIN))
  }
  const known = (finding: Finding) => !allowed(policy, scan.text, finding)
  const decided = decideByContext(scan, resolve(scan.found.filter(known))).filter(known)
  const repeats = findRepeats(scan.text, decided).filter(known)
  const all = repeats.length === 0 ? decided : resolve([...decided, ...repeats])
  return {
    found: all.map((finding) => withoutMargin(finding, scan.length - MARGIN)),
    undecided: scan.undecided,
  }
}

const moved = <T extends Window>(place: T, by: number): T => ({
  ...place,
  start: place.start + by,
  end: place.end + by,
})

/** A value may take blanks behind it along. */
const withoutMargin = (
  { start, end, type, score, recogniser }: Finding,
  length: number,
): Finding => ({
  start: start - MARGIN,
  end: Math.min(end - MARGIN, length),
  type,
  score,
  recogniser,
})

const inSource = <T extends Window>(finding: T, map: OffsetMap): T => ({
  ...finding,
  start: map.start(finding.start),
  end: map.end(finding.end),
})

interface Reading {
  readonly found: readonly Finding[]
  /** Where decoding may have hidden what the raw text shows. */
  readonly decoded: readonly Window[]
}

/** Findings in the view of a text; where decoding may have hidden what the raw text shows, in both. */
const read = (
  text: string,
  policy: Policy,
  terms: TermIndex | undefined,
  windows?: readonly Window[],
): Reading => {
  const plain = new Scan(text, policy)
  if (!mayDiffer(plain.units, MARGIN, plain.length))
    return { found: scanned(plain, terms, windows && { windows }).found, decoded: [] }
  const { text: seen, map, lossy, changed } = viewOf(text)
  if (map === IDENTITY)
    return { found: scanned(plain, terms, windows && { windows }).found, decoded: [] }
  const part = windows && { windows: derived(windows, map) }
  const { found, undecided } = scanned(new Scan(seen, policy), terms, part)
  const inText = found.map((finding) => inSource(finding, map))
  if (!lossy) return { found: inText, decoded: [] }
  const raw = windows ? { windows } : besidesChanged(text, changed, inText, undecided, map)
  plain.open()
  const inRaw = scanned(plain, terms, raw).found
  const inTags = insideTags(text, changed, inText, policy, terms)
  return { found: resolve([...inText, ...inRaw, ...inTags]), decoded: changed }
}

const TAG_WITH_ENTITY = /^<[^]*&(?:#|commat|period)/

/** What tags say in entities, as in `href="mailto:ann&#64;example.org"`: neither the view shows it, which drops them, nor the raw text. */
const insideTags = (
  text: string,
  changed: readonly Window[],
  found: readonly Finding[],
  policy: Policy,
  terms: TermIndex | undefined,
): readonly Finding[] => {
  const tags = changed.filter(({ start, end }) => TAG_WITH_ENTITY.test(text.slice(start, end)))
  if (tags.length === 0) return []
  const { text: seen, map } = viewOf(text, 'kept')
  const windows = derived(windowsAround(text, tags, found), map)
  return scanned(new Scan(seen, policy), terms, { windows }).found.map((finding) =>
    inSource(finding, map),
  )
}

/** The raw text differs from its view only near what was changed; elsewhere it has what the view has. */
const besidesChanged = (
  text: string,
  changed: readonly Window[],
  found: readonly Finding[],
  undecided: readonly Undecided[],
  map: OffsetMap,
): Part => {
  const windows = windowsAround(text, changed, found)
  const items = undecided.map((item) => inSource(moved(item, -MARGIN), map))
  return { windows, rest: { found: outside(found, windows), undecided: outside(items, windows) } }
}

/** Those that begin outside of all windows. Both are in order. */
const outside = <T extends Window>(
  places: readonly T[],
  windows: readonly Window[],
): readonly T[] => {
  let next = 0
  return places.filter(({ start }) => {
    while (next < windows.length && windows[next]!.end <= start) next++
    return next === windows.length || start < windows[next]!.start
  })
}

const derived = (windows: readonly Window[], map: OffsetMap): readonly Window[] =>
  windows.map(({ start, end }) => ({ start: map.derived(start), end: map.derived(end) }))

/** Reads windows of the text again as they will look. Their edges may cut a value, so nothing found there counts. */
const readAgain = (
  text: string,
  windows: readonly Window[],
  all: readonly Finding[],
  policy: Policy,
  terms: TermIndex | undefined,
): readonly Finding[] => {
  const skeleton = skeletonOf(text, all, policy)
  const edges = new Set(windows.map(({ start }) => start))
  edges.delete(0)
  return read(skeleton.text, policy, terms, derived(windows, skeleton.map))
    .found.map((finding) => inSource(finding, skeleton.map))
    .filter(({ start }) => !edges.has(start))
}

/** Says of an offset whether one of the findings begins there. */
const startsOf = (findings: readonly Finding[]): ((offset: number) => boolean) => {
  const starts = new Uint32Array(findings.length)
  for (let at = 0; at < starts.length; at++) starts[at] = findings[at]!.start
  const lastBefore = createLastBefore(starts.sort())
  return (offset) => starts[lastBefore(offset)] === offset
}

/**
 * Where a value touched other characters, what is left of them may read as a value of its own once it is replaced: these
 * places are read again as they will look, until nothing new is found.
 */
const settled = (
  text: string,
  policy: Policy,
  terms: TermIndex | undefined,
  known: readonly Finding[],
): readonly Finding[] => {
  const { found, decoded } = read(text, policy, terms)
  // Context was looked for without knowing what was known: it is looked for again beside it.
  const looked = startsOf(known)
  let all = known.length === 0 ? found : resolve([...found, ...known])
  let fresh = all
  for (let round = 1; round < MAX_ROUNDS && fresh.length > 0; round++) {
    const touching = fresh.filter(
      (finding) =>
        isNear(decoded, finding) ||
        looked(finding.start) ||
        touches(text, finding, policy.rule(finding.type).operator !== 'mask'),
    )
    const windows = windowsAround(text, touching, all)
    fresh = windows.length === 0 ? [] : readAgain(text, windows, all, policy, terms)
    if (fresh.length > 0) all = resolve([...all, ...fresh])
  }
  return all
}

/**
 * Finds personal data: sorted findings that do not overlap, with offsets in UTF-16 code units of `text`.
 *
 * A pure function of its arguments. `terms` are values known from elsewhere in the same document, `known` are findings that
 * somebody else made in this text.
 */
export const detectWithin = (
  text: string,
  policy: Policy,
  terms?: TermIndex,
  known: readonly Finding[] = [],
): readonly Finding[] | OverBudget => {
  if (text.length > policy.budget.characters) return { kind: 'over-budget', what: 'characters' }
  const found = settled(text, policy, terms, known)
  return found.length > policy.budget.findings ? { kind: 'over-budget', what: 'findings' } : found
}
