/**
 * Precision, recall and F1 of the detector on presidio-research's synthetic corpus, by its span rules: a finding counts when
 * its type is the gold type and the two share at least 90 % of the characters that either covers. A finding with less
 * is both a false positive and, for the gold span, a false negative.
 *
 *     node dist/bench/redaction-quality.js [synth_dataset_v2.json] [--misses]
 */
import { readFileSync } from 'node:fs'
import { detect } from '../processors/redact/redact.ts'
import { readPolicy } from '../processors/redact/policy.ts'

interface GoldSpan {
  readonly entity_type: string
  readonly start_position: number
  readonly end_position: number
}

interface Sample {
  readonly full_text: string
  readonly spans: readonly GoldSpan[]
}

interface Stretch {
  readonly start: number
  readonly end: number
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

const DEFAULT_CORPUS = '../shared/data/dev/pii/synth_dataset_v2.json'

/** The corpus counts code points, we count UTF-16 units. */
const utf16Offsets = (text: string): readonly number[] => {
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

interface Tally {
  hits: number
  falsePositives: number
  misses: number
}

const rate = (part: number, rest: number) => (part + rest === 0 ? 1 : part / (part + rest))
const percent = (value: number) => value.toFixed(3)

const line = (name: string, { hits, falsePositives, misses }: Tally): string => {
  const precision = rate(hits, falsePositives)
  const recall = rate(hits, misses)
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  const columns = [hits + misses, percent(precision), percent(recall), percent(f1)]
  return name.padEnd(16) + columns.map((column) => String(column).padStart(8)).join('')
}

const showMisses = process.argv.includes('--misses')
const corpus =
  process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? DEFAULT_CORPUS
const samples = JSON.parse(readFileSync(corpus, 'utf8')) as readonly Sample[]
const reading = readPolicy({ version: 1, name: 'quality', entities: { URL: {} } })
if (!reading.ok) throw new Error('the policy of this benchmark is wrong')
const { policy } = reading
const tallies = new Map(
  Object.values(TYPES).map((type) => [type, { hits: 0, falsePositives: 0, misses: 0 }]),
)

const write = (text: string) => process.stdout.write(`${text}\n`)

for (const { full_text: text, spans } of samples) {
  const offsets = utf16Offsets(text)
  const gold = spans.flatMap(({ entity_type, start_position, end_position }) => {
    const type = TYPES[entity_type]
    return type ? [{ type, start: offsets[start_position]!, end: offsets[end_position]! }] : []
  })
  const found = detect(text, policy).filter(({ type }) => tallies.has(type))
  const used = new Set<number>()
  for (const span of gold) {
    const at = found.findIndex(
      (finding, k) =>
        !used.has(k) && finding.type === span.type && overlap(finding, span) >= MIN_OVERLAP,
    )
    if (at >= 0) used.add(at)
    tallies.get(span.type)![at >= 0 ? 'hits' : 'misses']++
    // The corpus is synthetic; even so only the form of a value is shown.
    if (at < 0 && showMisses) {
      const context = text.slice(Math.max(0, span.start - 20), span.start)
      write(
        `missed ${span.type} …${JSON.stringify(context)} ${text.slice(span.start, span.end).replace(/\d/g, '9')}`,
      )
    }
  }
  found.forEach((finding, k) => {
    if (used.has(k)) return
    tallies.get(finding.type)!.falsePositives++
    if (showMisses) {
      const context = text.slice(Math.max(0, finding.start - 20), finding.start)
      const form = text.slice(finding.start, finding.end).replace(/\d/g, '9')
      write(`false ${finding.type} ${finding.recogniser} …${JSON.stringify(context)} ${form}`)
    }
  })
}

write(`${'type'.padEnd(16)}${['gold', 'P', 'R', 'F1'].map((name) => name.padStart(8)).join('')}`)
for (const [type, tally] of tallies) write(line(type, tally))
const total = { hits: 0, falsePositives: 0, misses: 0 }
for (const tally of tallies.values()) {
  total.hits += tally.hits
  total.falsePositives += tally.falsePositives
  total.misses += tally.misses
}
write(line('all', total))
