import type { Clock } from '../../topology/ports/clock.ts'
import type { PartState } from '../../topology/ports/telemetry.ts'
import { counted } from '../output.ts'

/** What the progress line is made of. */
export interface ProgressFigures {
  readonly published: number
  readonly finished: number
  readonly dead: number
  /** True when no more will be published, and all containers are expanded. */
  readonly complete: boolean
  /** What is down, so that records wait for it. */
  readonly waitsFor?: readonly string[]
}

/** What sub-topologies wait for, each once. */
export const downIn = (
  parts: readonly Pick<PartState, 'breaker' | 'dependency'>[],
): readonly string[] => [
  ...new Set(
    parts.flatMap(({ breaker, dependency }) =>
      breaker === 'closed' || dependency === undefined ? [] : [dependency],
    ),
  ),
]

const barWidth = 24
const terminalEveryMs = 200
const lineEveryMs = 5_000
/** What the rate is measured over. Longer than the interval, so that there is always an older figure to compare with. */
const spanMs = 3 * lineEveryMs

/**
 * Tells how far a job is: a bar with documents/s and time left on a terminal, a plain line every few seconds elsewhere.
 * Returns what ends it.
 */
export const showProgress = (
  clock: Clock,
  stream: { readonly isTTY?: boolean; readonly write: (text: string) => unknown },
  figures: () => ProgressFigures,
): (() => void) => {
  const everyMs = stream.isTTY ? terminalEveryMs : lineEveryMs
  const history = [{ at: clock.now(), finished: figures().finished }]
  let cancel = (): void => {}
  const tick = (): void => {
    const now = figures()
    const line = progressLine(
      now,
      rateOf(history, clock.now(), now.finished),
      stream.isTTY === true,
    )
    stream.write(stream.isTTY ? `\r\u001B[K${line}` : `${line}\n`)
    cancel = clock.after(everyMs, tick)
  }
  cancel = clock.after(everyMs, tick)
  return () => {
    cancel()
    if (stream.isTTY) stream.write('\r\u001B[K')
  }
}

/** Documents per second over the last seconds. */
const rateOf = (
  history: { at: number; finished: number }[],
  at: number,
  finished: number,
): number => {
  history.push({ at, finished })
  while ((history[0]?.at ?? at) < at - spanMs) history.shift()
  const first = history[0]
  return first && at > first.at ? ((finished - first.finished) * 1_000) / (at - first.at) : 0
}

export const progressLine = (now: ProgressFigures, rate: number, bar: boolean): string => {
  const share = now.published > 0 ? Math.min(1, now.finished / now.published) : 0
  const filled = Math.round(share * barWidth)
  const drawn = bar ? `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ` : ''
  const dead = now.dead > 0 ? `, ${now.dead} dead` : ''
  return `${drawn}${doneText(now)}, ${Math.round(rate)}/s${restText(now, rate)}${dead}`
}

/** Documents count as finished when they are prepared: models and sinks come after that, and whatever is down stops the rest. */
const restText = (
  { published, finished, complete, waitsFor = [] }: ProgressFigures,
  rate: number,
) => {
  if (waitsFor.length > 0) return `, waiting for ${waitsFor.join(', ')}`
  if (!complete) return ''
  if (finished >= published) return published > 0 ? ', all prepared, writing the rest' : ''
  return rate > 0 ? `, ${leftText((published - finished) / rate)} left` : ''
}

/** How many there are is not known before the containers are read to their ends. */
const doneText = ({ finished, published }: ProgressFigures): string =>
  finished > published
    ? `${counted(finished, 'document')} so far`
    : `${finished}/${counted(published, 'document')}`

const leftText = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`
