import type { SimulationReport } from './simulate.ts'

/** What is left of a failing run when everything was left out without which it still fails. */
export interface Shrunk {
  readonly without: ReadonlySet<string>
  readonly report: SimulationReport
  /** How often it was run for that. */
  readonly runs: number
}

/**
 * Leaves events out, large stretches first and then smaller ones, as long as the run still ends in a violation of the same
 * kind. Ends when no single event can be left out any more, or after `most` runs.
 */
export const shrink = async (
  failing: SimulationReport,
  run: (without: ReadonlySet<string>) => Promise<SimulationReport>,
  most = 2_000,
): Promise<Shrunk> => {
  const kind = failing.violations[0]?.kind
  let best: Shrunk = { without: new Set(), report: failing, runs: 0 }
  let runs = 0
  let size = Math.ceil(failing.events.length / 2)
  while (size >= 1 && runs < most) {
    const before = best
    for (let at = 0; at < best.report.events.length && runs < most;) {
      const piece = best.report.events.slice(at, at + size)
      const without = new Set([...best.without, ...piece])
      const report = await run(without)
      runs++
      if (report.violations[0]?.kind === kind) best = { without, report, runs }
      else at += size
    }
    // At the smallest size once more while it helps: one event may have needed another.
    if (size > 1 || best === before) size = size === 1 ? 0 : Math.ceil(size / 2)
  }
  return { ...best, runs }
}

/** `m0 m1 m2 m5 gaps` as `m0-2,m5,gaps`. */
export const writeEvents = (events: Iterable<string>): string => {
  const numbers = new Map<string, number[]>()
  const words: string[] = []
  for (const event of events) {
    const [, letter, number] = /^([mr])(\d+)$/.exec(event) ?? []
    if (letter === undefined) words.push(event)
    else numbers.set(letter, [...(numbers.get(letter) ?? []), Number(number)])
  }
  const ranges = [...numbers].flatMap(([letter, all]) => rangesOf(letter, all))
  return [...ranges, ...words].join(',')
}

const rangesOf = (letter: string, numbers: readonly number[]): readonly string[] => {
  const ranges: [number, number][] = []
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last[1] === number - 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges.map(([from, to]) => `${letter}${from}${to > from ? `-${to}` : ''}`)
}

/** The other way round. */
export const readEvents = (text: string): ReadonlySet<string> =>
  new Set(
    text.split(',').flatMap((part) => {
      const [, letter, from, to] = /^([mr])(\d+)(?:-(\d+))?$/.exec(part) ?? []
      if (letter === undefined) return part === '' ? [] : [part]
      const count = Number(to ?? from) - Number(from) + 1
      return Array.from({ length: count }, (_, index) => `${letter}${Number(from) + index}`)
    }),
  )
