import type { GoldSpan, Sample } from './corpora.ts'

interface Stretch {
  readonly start: number
  readonly end: number
}

/** What was found of personal data in a text, offsets in UTF-16 units. */
export interface Found extends Stretch {
  readonly type: string
  /** Which rule found it. */
  readonly recogniser?: string
}

const MIN_OVERLAP = 0.9
/** Gold name to ours. The corpus marks links as DOMAIN_NAME. */
const TYPES: Readonly<Record<string, string>> = {
  CREDIT_CARD: 'CREDIT_CARD',
  PHONE_NUMBER: 'PHONE_NUMBER',
  IBAN_CODE: 'IBAN_CODE',
  US_SSN: 'US_SSN',
  EMAIL_ADDRESS: 'EMAIL_ADDRESS',
  IP_ADDRESS: 'IP_ADDRESS',
  DOMAIN_NAME: 'URL',
}

/** The types that are scored, by our names. */
export const SCORED: ReadonlySet<string> = new Set(Object.values(TYPES))

/** The UTF-16 offset of each code point of a text, and of its end: the corpus counts code points. */
export const utf16Offsets = (text: string): readonly number[] => {
  const offsets: number[] = []
  let at = 0
  for (const character of text) {
    offsets.push(at)
    at += character.length
  }
  return [...offsets, at]
}

const overlap = (a: Stretch, b: Stretch): number => {
  const shared = Math.min(a.end, b.end) - Math.max(a.start, b.start)
  return shared <= 0 ? 0 : shared / (a.end - a.start + b.end - b.start - shared)
}

export interface Tally {
  hits: number
  falsePositives: number
  misses: number
}

export interface Score {
  readonly type: string
  readonly gold: number
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

const rate = (part: number, rest: number) => (part + rest === 0 ? 1 : part / (part + rest))

const scoreOf = (type: string, { hits, falsePositives, misses }: Tally): Score => {
  const precision = rate(hits, falsePositives)
  const recall = rate(hits, misses)
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { type, gold: hits + misses, precision, recall, f1 }
}

const goldOf = (spans: readonly GoldSpan[], offsets: readonly number[]) =>
  spans.flatMap(({ entity_type, start_position, end_position }) => {
    const type = TYPES[entity_type]
    return type ? [{ type, start: offsets[start_position]!, end: offsets[end_position]! }] : []
  })

/** The form of a value and the words before it. The corpus is synthetic; even so no digit is shown. */
const formOf = (text: string, { start, end }: Stretch): string =>
  text.slice(Math.max(0, start - 20), end).replace(/\d/g, '9')

/**
 * Precision, recall and F1 by presidio-research's span rules: a finding counts when its type is the gold type and the two
 * share at least 90 % of the characters that either covers. A finding with less is both a false positive and, for the gold
 * span, a false negative. The last line is of all types together.
 */
export const measureQuality = (
  samples: readonly Sample[],
  find: (text: string, sample: number) => readonly Found[],
  miss: (line: string) => void = () => undefined,
): readonly Score[] => {
  const tallies = new Map<string, Tally>(
    [...SCORED].map((type) => [type, { hits: 0, falsePositives: 0, misses: 0 }]),
  )
  for (const [sample, { full_text: text, spans }] of samples.entries()) {
    const found = find(text, sample).filter(({ type }) => tallies.has(type))
    const used = new Set<number>()
    for (const span of goldOf(spans, utf16Offsets(text))) {
      const at = found.findIndex(
        (finding, k) =>
          !used.has(k) && finding.type === span.type && overlap(finding, span) >= MIN_OVERLAP,
      )
      if (at >= 0) used.add(at)
      else miss(`missed ${span.type} ${formOf(text, span)}`)
      tallies.get(span.type)![at >= 0 ? 'hits' : 'misses']++
    }
    found.forEach((finding, k) => {
      if (used.has(k)) return
      tallies.get(finding.type)!.falsePositives++
      miss(`false ${finding.type} ${finding.recogniser ?? ''} ${formOf(text, finding)}`)
    })
  }
  const total = { hits: 0, falsePositives: 0, misses: 0 }
  for (const tally of tallies.values()) {
    total.hits += tally.hits
    total.falsePositives += tally.falsePositives
    total.misses += tally.misses
  }
  return [...[...tallies].map(([type, tally]) => scoreOf(type, tally)), scoreOf('all', total)]
}
