import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { NO_SECRETS } from '../../processors/redact/operators.ts'
import type { Policy } from '../../processors/redact/policy.ts'
import { apply, detect } from '../../processors/redact/redact.ts'
import { peerPython } from '../peers/install-peers.ts'
import type { Sample } from './corpora.ts'
import { cpuSeconds, median } from './cpu.ts'
import { type Found, type Score, measureQuality } from './quality.ts'
import { type PresidioAnswer, type PresidioRequest, foundBy } from './presidio-findings.ts'

/** The second and third are what its recognisers of telephone numbers and its regular expressions run on. */
const PACKAGES = ['presidio-analyzer==2.2.366', 'phonenumbers==9.0.43', 'regex==2026.11.15']
const script = fileURLToPath(new URL('../../../bench/peers/python_presidio.py', import.meta.url))

/** Characters of each corpus that it is given: it reads less than a MB in five CPU seconds. */
const SHARE = 200_000
const ROUNDS = 3
/** CPU seconds that ours reads the same share for, again and again. */
const LEAST_SECONDS = 1

/** Presidio in a process of its own, that stays until it is closed. */
export interface Presidio {
  readonly analyse: (texts: readonly string[]) => Promise<PresidioAnswer>
  readonly close: () => void
}

/** @throws Error that says what is missing when Python or one of the packages cannot be had */
export const startPresidio = async (): Promise<Presidio> => {
  const child = spawn(await peerPython(PACKAGES), [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  // A process that ended is told by the end of its output.
  child.stdin.on('error', () => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    analyse: async (texts) => {
      const request: PresidioRequest = { texts, passes: 1 }
      child.stdin.write(`${JSON.stringify(request)}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error('Presidio ended before it answered')
      return JSON.parse(value) as PresidioAnswer
    },
    close: () => void child.kill(),
  }
}

/** The first documents of a corpus, of so many characters together. */
export const shareOf = (texts: readonly string[], most = SHARE): readonly string[] => {
  let characters = 0
  return texts.filter((text) => (characters += text.length) <= most)
}

/** Megabytes per CPU second of both on the same share of a corpus. */
export interface BesidePresidio {
  readonly corpus: string
  readonly bytes: number
  /** By the name of the policy. */
  readonly ours: Readonly<Record<string, number>>
  readonly presidio: number
}

const megabytes = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6

const oursPerSecond = (texts: readonly string[], policy: Policy): number => {
  let passes = 0
  let seconds = 0
  for (; seconds < LEAST_SECONDS; passes++) {
    seconds += cpuSeconds(() =>
      texts.forEach((text) => apply(text, detect(text, policy), policy, NO_SECRETS)),
    )
  }
  return (passes * megabytes(texts)) / seconds
}

/**
 * How fast both read the same texts, in turn, the median of the rounds after one that is not counted. Ours finds and redacts,
 * by each of the policies, Presidio finds only.
 */
export const measureBeside = async (
  presidio: Presidio,
  corpora: Readonly<Record<string, readonly string[]>>,
  policies: Readonly<Record<string, Policy>>,
): Promise<readonly BesidePresidio[]> => {
  const results: BesidePresidio[] = []
  for (const [corpus, documents] of Object.entries(corpora)) {
    const texts = shareOf(documents)
    const rates: { ours: readonly number[]; presidio: number }[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      const ours = Object.values(policies).map((policy) => oursPerSecond(texts, policy))
      const { seconds } = await presidio.analyse(texts)
      rates.push({ ours, presidio: megabytes(texts) / seconds })
    }
    const counted = rates.slice(1)
    results.push({
      corpus,
      bytes: Math.round(megabytes(texts) * 1e6),
      ours: Object.fromEntries(
        Object.keys(policies).map((name, at) => [
          name,
          median(counted.map(({ ours }) => ours[at]!)),
        ]),
      ),
      presidio: median(counted.map((rate) => rate.presidio)),
    })
  }
  return results
}

/** Scores of Presidio's findings from this score on, by the rules that ours are scored by. */
export const scorePresidio = async (
  presidio: Presidio,
  samples: readonly Sample[],
  thresholds: readonly number[],
): Promise<ReadonlyMap<number, readonly Score[]>> => {
  const { findings } = await presidio.analyse(samples.map((sample) => sample.full_text))
  const find =
    (threshold: number) =>
    (text: string, sample: number): readonly Found[] =>
      foundBy(text, findings[sample]!, threshold)
  return new Map(
    thresholds.map((threshold) => [threshold, measureQuality(samples, find(threshold))]),
  )
}
