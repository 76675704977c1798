import { readPolicy } from '../processors/redact/policy.ts'
import { detect } from '../processors/redact/redact.ts'
import { ATTACKS, repeated } from '../test/processors/redact/attacks.ts'
import { denseDocuments, readSamples, sparseDocuments } from './redaction/corpora.ts'
import { phonesPerMegabyte } from './redaction/false-phones.ts'
import { measureGrowth } from './redaction/linearity.ts'
import { measureBeside, scorePresidio, startPresidio } from './redaction/presidio.ts'
import { type Score, measureQuality } from './redaction/quality.ts'
import { measureSpeed } from './redaction/speed.ts'
import { saveResult } from './save-result.ts'

/**
 * How well, how fast and how evenly personal data is found:
 *
 *     node dist/bench/redaction.js [synth_dataset_v2.json] [--misses] [--quality] [--speed] [--linearity] [--presidio]
 *
 * Without one of the last four, all of them. `--presidio` scores and times Presidio's pattern recognisers in turn with ours on the same
 * texts. They are installed into the user's cache folder, and left out, with the reason, where Python is missing. Writes
 * bench/results/redaction.json when all ran.
 */
const DEFAULT_CORPUS = '../shared/data/dev/pii/synth_dataset_v2.json'
const MOST_GROWTH = 2.3
const root = new URL('../../', import.meta.url)
/** Packages whose documentation is full of telephone numbers. */
const ABOUT_PHONES = ['libphonenumber-js']

const args = process.argv.slice(2)
const corpus = args.find((argument) => !argument.startsWith('--')) ?? DEFAULT_CORPUS
const all = !args.some((argument) => /^--(?:quality|speed|linearity|presidio)$/.test(argument))
const asked = (part: string) => all || args.includes(part)

const write = (text: string) => process.stdout.write(`${text}\n`)
const row = (name: string, cells: readonly (number | string)[]) =>
  write(name.padEnd(44) + cells.map((cell) => String(cell).padStart(9)).join(''))

const reading = readPolicy({ version: 1, name: 'bench', entities: { URL: {}, DATE_TIME: {} } })
if (!reading.ok) throw new Error('the policy of this benchmark is wrong')
const { policy } = reading
/** What the marks of speed are about: every type that a form, a checksum or a cue beside digits gives away; names and addresses by cues are not. */
const structural = readPolicy({
  version: 1,
  name: 'bench-structural',
  entities: { URL: {}, DATE_TIME: {}, PERSON: { enabled: false }, ADDRESS: { enabled: false } },
})
if (!structural.ok) throw new Error('the second policy of this benchmark is wrong')
const samples = readSamples(corpus)
const results: Record<string, unknown> = {}

const find = (text: string) => detect(text, policy)
const rowsOf = (scores: readonly Score[]) => {
  for (const { type, gold, precision, recall, f1 } of scores)
    row(type, [gold, ...[precision, recall, f1].map((value) => value.toFixed(3))])
}

if (asked('--quality')) {
  const scores = measureQuality(samples, find, args.includes('--misses') ? write : undefined)
  row('quality', ['gold', 'P', 'R', 'F1'])
  rowsOf(scores)
  results['quality'] = scores
  const phones = phonesPerMegabyte(sparseDocuments(root, ABOUT_PHONES), policy)
  write(`telephone numbers in prose without any: ${phones.toFixed(2)} per MB; the mark is 1`)
  results['phonesPerMegabyteOfProse'] = phones
}

if (asked('--speed')) {
  const sparse = sparseDocuments(root)
  const rates = measureSpeed(
    { dense: denseDocuments(samples), sparse },
    { 'structural types': structural.policy, 'all types': policy },
  )
  write('MB per CPU second; the marks are 80 on dense text and 120 on sparse, structural types on')
  row('', ['median', 'best'])
  for (const { types, corpus: name, work, median, best } of rates)
    row(`${name}, ${types}, ${work}`, [median.toFixed(1), best.toFixed(1)])
  results['speed'] = rates
}

if (asked('--linearity')) {
  const growths = measureGrowth(ATTACKS, repeated, policy)
  const worst = [...growths].sort((a, b) => b.ratio - a.ratio)
  const slow = [...growths].sort((a, b) => b.milliseconds - a.milliseconds)
  const over = growths.filter(({ ratio }) => ratio > MOST_GROWTH)
  write(
    `time(2n) / time(n) at most ${MOST_GROWTH}: ${growths.length - over.length} of ${growths.length}`,
  )
  row('time(2n) / time(n)', ['attacks', 'worst', `> ${MOST_GROWTH}`, 'ms/100K'])
  row('', [
    growths.length,
    worst[0]!.ratio.toFixed(2),
    over.length,
    slow[0]!.milliseconds.toFixed(1),
  ])
  for (const { piece, ratio, milliseconds } of [...worst.slice(0, 3), ...slow.slice(0, 3)])
    row(`  ${JSON.stringify(piece)}`, ['', ratio.toFixed(2), '', milliseconds.toFixed(1)])
  results['linearity'] = {
    attacks: growths.length,
    within: growths.length - over.length,
    worst: worst.slice(0, 5),
    slowest: slow.slice(0, 5),
  }
}

const besidePresidio = async () => {
  const presidio = await startPresidio()
  try {
    const scores = await scorePresidio(presidio, samples, [0, 0.4])
    const ours = measureQuality(samples, find)
    row('all 7 types, same texts', ['gold', 'P', 'R', 'F1'])
    for (const [name, of] of [['ours', ours] as const, ...scores]) {
      const label = typeof name === 'number' ? `Presidio, scores >= ${name}` : name
      rowsOf([{ ...of.at(-1)!, type: label }])
    }
    const corpora = { dense: denseDocuments(samples), sparse: sparseDocuments(root) }
    // Presidio's patterns know neither names nor addresses: like for like is the first.
    const rates = await measureBeside(presidio, corpora, {
      'structural types': structural.policy,
      'all types': policy,
    })
    row('MB per CPU second, in turn', ['MB', 'ours', 'Presidio', 'ours is'])
    for (const { corpus: name, bytes, ours: fast, presidio: slow } of rates) {
      for (const [types, rate] of Object.entries(fast)) {
        const ratio = `${(rate / slow).toFixed(0)} x`
        row(`${name}, ${types}`, [
          (bytes / 1e6).toFixed(2),
          rate.toFixed(1),
          slow.toFixed(3),
          ratio,
        ])
      }
    }
    results['presidio'] = { scores: Object.fromEntries(scores), rates }
  } finally {
    presidio.close()
  }
}

if (asked('--presidio'))
  await besidePresidio().catch((error: unknown) => {
    write(`left out: Presidio (${(error as Error).message.split('\n')[0]})`)
  })

if (all) await saveResult('redaction', results)
