import { SeededRandom } from '../../../topology/testing/seeded-random.ts'

/** What is done to the processes. `ms` is how long something lasts before the next step. */
export type Fault =
  | { readonly kind: 'kill'; readonly ms: number }
  | { readonly kind: 'freeze'; readonly ms: number }
  | { readonly kind: 'service'; readonly ms: number }
  /** One more worker, which is told to leave after a while. */
  | { readonly kind: 'join-and-leave'; readonly ms: number }

export type FaultKind = Fault['kind']
export type FaultCounts = Readonly<Record<FaultKind, number>>

export const faultKinds = ['kill', 'freeze', 'service', 'join-and-leave'] as const

/** So many faults of every kind in an order and with durations that the seed decides. */
export const planFaults = (
  seed: number,
  counts: FaultCounts,
  sessionMs: number,
): readonly Fault[] => {
  const random = new SeededRandom(seed)
  const faults = faultKinds.flatMap((kind) =>
    Array.from({ length: counts[kind] }, () => faultOf(kind, random, sessionMs)),
  )
  for (let last = faults.length - 1; last > 0; last--) {
    const other = random.int(0, last)
    const moved = faults[last]!
    faults[last] = faults[other]!
    faults[other] = moved
  }
  return faults
}

const faultOf = (kind: FaultKind, random: SeededRandom, sessionMs: number): Fault => {
  switch (kind) {
    case 'kill':
      return { kind, ms: random.int(0, 500) }
    case 'freeze':
      // Longer than the session by more than the broker's clock ticks.
      return { kind, ms: sessionMs + random.int(400, 1_500) }
    case 'service':
      return { kind, ms: random.int(0, 1_000) }
    case 'join-and-leave':
      return { kind, ms: random.int(500, 3_000) }
  }
}
