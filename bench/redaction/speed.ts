import { NO_SECRETS } from '../../processors/redact/operators.ts'
import type { Policy } from '../../processors/redact/policy.ts'
import { apply, detect } from '../../processors/redact/redact.ts'
import { Scan } from '../../processors/redact/scan.ts'
import { scanText } from '../../processors/redact/scanner.ts'
import { cpuSeconds, median } from './cpu.ts'

const ROUNDS = 5

const WORK = {
  'scan alone': (text: string, policy: Policy) => scanText(new Scan(text, policy)),
  'detect and redact': (text: string, policy: Policy) =>
    apply(text, detect(text, policy), policy, NO_SECRETS),
} as const

export interface Rate {
  readonly corpus: string
  readonly work: string
  /** Megabytes of UTF-8 per CPU second: the median and the best of the rounds. */
  readonly median: number
  readonly best: number
}

/** Rates of corpora and kinds of work, measured in turn after one round that is not counted. */
export const measureSpeed = (
  corpora: Readonly<Record<string, readonly string[]>>,
  policy: Policy,
): readonly Rate[] => {
  const lines = Object.entries(corpora).flatMap(([corpus, texts]) =>
    Object.entries(WORK).map(([name, work]) => ({ corpus, texts, name, work, rates: [0] })),
  )
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { texts, work, rates } of lines) {
      const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
      const seconds = cpuSeconds(() => texts.forEach((text) => work(text, policy)))
      rates[round] = bytes / 1e6 / seconds
    }
  }
  return lines.map(({ corpus, name, rates }) => {
    const counted = rates.slice(1)
    return { corpus, work: name, median: median(counted), best: Math.max(...counted) }
  })
}
