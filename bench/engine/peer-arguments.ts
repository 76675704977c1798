import type { Delivery } from '../../topology/ports/record-log.ts'

export const works = ['pass', 'wait', 'sink'] as const
export type PeerWork = (typeof works)[number]

/** What one client does, as an outside harness says it: `key=value` arguments in any order. */
export interface PeerArguments {
  /** `host:port`, several with commas. */
  readonly bootstrap: string
  readonly in: string
  /** Needed by `pass` and `wait`. */
  readonly out: string
  readonly group: string
  readonly work: PeerWork
  /** Where batches go, for `work=sink`: `http://…`, `file:PATH`, or empty for a write that takes 20 ms. */
  readonly sink: string
  /** Session time-out, milliseconds. */
  readonly session: number
  /** Milliseconds in which what is finished gathers before it is written and committed. */
  readonly commit: number
  readonly delivery: Delivery
}

const names: readonly string[] = 'bootstrap in out group work sink session commit delivery'.split(
  ' ',
)
const deliveries = ['at-least-once', 'exactly-once'] as const

/** Throws what is wrong with the arguments, all of it at once. */
export const peerArgumentsOf = (args: readonly string[]): PeerArguments => {
  const given = new Map(args.map((arg) => [arg.split('=', 1)[0] ?? '', arg] as const))
  const valueOf = (name: string): string => given.get(name)?.slice(name.length + 1) ?? ''
  const numberOf = (name: string, otherwise: number): number =>
    valueOf(name) === '' ? otherwise : Number(valueOf(name))
  const work = works.find((each) => each === (valueOf('work') || 'pass'))
  const delivery = deliveries.find((each) => each === (valueOf('delivery') || 'at-least-once'))
  const session = numberOf('session', 45_000)
  const commit = numberOf('commit', 20)
  const needed = ['bootstrap', 'in', 'group', ...(work === 'sink' ? [] : ['out'])]
  const problems = [
    ...[...given.keys()].filter((name) => !names.includes(name)).map((name) => `unknown: ${name}`),
    ...needed.filter((name) => valueOf(name) === '').map((name) => `missing: ${name}=`),
    ...(work === undefined ? [`work= is one of ${works.join(', ')}`] : []),
    ...(delivery === undefined ? [`delivery= is one of ${deliveries.join(', ')}`] : []),
    ...(session > 0 ? [] : ['session= is a number of milliseconds']),
    ...(commit >= 0 ? [] : ['commit= is a number of milliseconds']),
  ]
  if (work === undefined || delivery === undefined || problems.length > 0)
    throw new Error(`${problems.join('; ')}; the arguments are ${names.join('= ')}=`)
  const [bootstrap, from, out, group] = ['bootstrap', 'in', 'out', 'group'].map(valueOf)
  const places = { bootstrap: bootstrap ?? '', in: from ?? '', out: out ?? '', group: group ?? '' }
  return { work, sink: valueOf('sink'), session, commit, delivery, ...places }
}
