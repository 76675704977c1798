import { NO_SECRETS } from '../../processors/redact/operators.ts'
import type { Policy } from '../../processors/redact/policy.ts'
import { apply, detect } from '../../processors/redact/redact.ts'
import { Scan } from '../../processors/redact/scan.ts'
import { scanText } from '../../processors/redact/scanner.ts'
import { cpuSeconds, median } from './cpu.ts'

/** V8 takes as long until it has compiled patterns and functions for good. */
const WARM_UP = 6
const ROUNDS = 9

const WORK = {
  'scan alone': (text: string, policy: Policy) => scanText(new Scan(text, policy)),
  'detect and redact': (text: string, policy: Policy) =>
    apply(text, detect(text, policy), policy, NO_SECRETS),
} as const

export interface Rate {
  readonly corpus: string
  readonly types: string
  readonly work: string
  /** Megabytes of UTF-8 per CPU second: the median and the best of the rounds. */
  readonly median: number
  readonly best: number
}

/** Rates of policies, corpora and kinds of work, measured in turn behind rounds that are not counted. */
export const measureSpeed = (
  corpora: Readonly<Record<string, readonly string[]>>,
  policies: Readonly<Record<string, Policy>>,
): readonly Rate[] => {
  const lines = Object.entries(policies).flatMap(([types, policy]) =>
    Object.entries(corpora).flatMap(([corpus, texts]) =>
      Object.entries(WORK).map(([name, work]) => ({
        types,
        policy,
        corpus,
        texts,
        name,
        work,
        rates: [] as number[],
      })),
    ),
  )
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    for (const { texts, work, policy, rates } of lines) {
      const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
      const seconds = cpuSeconds(() => texts.forEach((text) => work(text, policy)))
      if (round >= WARM_UP) rates.push(bytes / 1e6 / seconds)
    }
  }
  return lines.map(({ types, corpus, name, rates }) => ({
    types,
    corpus,
    work: name,
    median: median(rates),
    best: Math.max(...rates),
  }))
}
