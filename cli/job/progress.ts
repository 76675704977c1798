import type { Clock } from '../../topology/ports/clock.ts'
import type { PartState } from '../../topology/ports/telemetry.ts'
import { counted } from '../output.ts'
import { onCleanLine, type TextStream } from '../write-line.ts'

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

const widestBar = 24
/** A narrower one says nothing. */
const narrowestBar = 8
const usualColumns = 80
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
  stream: TextStream,
  figures: () => ProgressFigures,
): (() => void) => {
  const everyMs = stream.isTTY ? terminalEveryMs : lineEveryMs
  const history = [{ at: clock.now(), finished: figures().finished }]
  let cancel = (): void => {}
  const tick = (): void => {
    const now = figures()
    const rate = rateOf(history, clock.now(), now.finished)
    stream.write(
      stream.isTTY
        ? onCleanLine(progressLine(now, rate, stream.columns || usualColumns))
        : `${progressLine(now, rate)}\n`,
    )
    cancel = clock.after(everyMs, tick)
  }
  cancel = clock.after(everyMs, tick)
  return () => {
    cancel()
    if (stream.isTTY) stream.write(onCleanLine(''))
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

/** With the `columns` of a terminal it has a bar where there is room for one, and never fills the last column: the line would break. */
export const progressLine = (now: ProgressFigures, rate: number, columns?: number): string => {
  const dead = now.dead > 0 ? `, ${now.dead} dead` : ''
  const text = `${doneText(now)}, ${Math.round(rate)}/s${restText(now, rate)}${dead}`
  if (columns === undefined) return text
  const room = columns - 1 - text.length - '[] '.length
  return `${barOf(now, room)}${text}`.slice(0, columns - 1)
}

const barOf = ({ finished, published }: ProgressFigures, room: number): string => {
  if (room < narrowestBar) return ''
  const width = Math.min(widestBar, room)
  const filled = Math.round((published > 0 ? Math.min(1, finished / published) : 0) * width)
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] `
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
