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

/** What a broker takes at most by default (`group.max.session.timeout.ms`), and what waits longer waits by mistake. */
const most = { session: 1_800_000, commit: 60_000 } as const

const isAddress = (text: string): boolean => {
  const [, port] = /^(?:[^\s:,]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(text) ?? []
  return port !== undefined && Number(port) > 0 && Number(port) < 65_536
}

const isPlace = (sink: string): boolean => sink === '' || /^(https?:\/\/|file:)./.test(sink)

/** Whole milliseconds, written out. */
const millisecondsOf = (text: string, otherwise: number): number =>
  text === '' ? otherwise : /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN

/** Throws what is wrong with the arguments, all of it at once. */
export const peerArgumentsOf = (args: readonly string[]): PeerArguments => {
  const given = new Map(args.map((arg) => [arg.split('=', 1)[0] ?? '', arg] as const))
  const valueOf = (name: string): string => given.get(name)?.slice(name.length + 1) ?? ''
  const work = works.find((each) => each === (valueOf('work') || 'pass'))
  const delivery = deliveries.find((each) => each === (valueOf('delivery') || 'at-least-once'))
  const session = millisecondsOf(valueOf('session'), 45_000)
  const commit = millisecondsOf(valueOf('commit'), 20)
  const needed = ['bootstrap', 'in', 'group', ...(work === 'sink' ? [] : ['out'])]
  const addresses = valueOf('bootstrap').split(',')
  const loops = work !== 'sink' && valueOf('in') !== '' && valueOf('in') === valueOf('out')
  const twice = [...given.keys()].filter(
    (name) => args.filter((arg) => arg.split('=', 1)[0] === name).length > 1,
  )
  const problems = [
    ...[...given.keys()].filter((name) => !names.includes(name)).map((name) => `unknown: ${name}`),
    ...needed.filter((name) => valueOf(name) === '').map((name) => `missing: ${name}=`),
    ...(work === undefined ? [`work= is one of ${works.join(', ')}`] : []),
    ...(delivery === undefined ? [`delivery= is one of ${deliveries.join(', ')}`] : []),
    ...twice.map((name) => `given twice: ${name}=`),
    ...(valueOf('bootstrap') === '' || addresses.every(isAddress)
      ? []
      : ['bootstrap= is host:port, several with commas']),
    ...(loops ? ['out= is the topic of in=: it would never end'] : []),
    ...(isPlace(valueOf('sink')) ? [] : ['sink= is http://…, https://… or file:PATH']),
    ...(session > 0 && session <= most.session
      ? []
      : [`session= is milliseconds, 1 to ${most.session}`]),
    ...(commit >= 0 && commit <= most.commit
      ? []
      : [`commit= is milliseconds, 0 to ${most.commit}`]),
  ]
  if (work === undefined || delivery === undefined || problems.length > 0)
    throw new Error(`${problems.join('; ')}; the arguments are ${names.join('= ')}=`)
  const [bootstrap, from, out, group] = ['bootstrap', 'in', 'out', 'group'].map(valueOf)
  const places = { bootstrap: bootstrap ?? '', in: from ?? '', out: out ?? '', group: group ?? '' }
  return { work, sink: valueOf('sink'), session, commit, delivery, ...places }
}
