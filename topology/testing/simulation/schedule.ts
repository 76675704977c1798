import type { SeededRandom } from '../seeded-random.ts'

/** Something that happens to the processes or to the world. `at` is virtual milliseconds from the start. */
export type Mishap = { readonly at: number } & (
  | { readonly kind: 'crash'; readonly member: number; readonly restartAfter: number }
  | { readonly kind: 'freeze'; readonly member: number; readonly ms: number }
  | { readonly kind: 'leave'; readonly member: number; readonly restartAfter: number }
  | { readonly kind: 'join' }
  /** The dependency of the stages is away. */
  | { readonly kind: 'outage'; readonly ms: number }
  /** The log is away. */
  | { readonly kind: 'broker-away'; readonly ms: number }
)

/** Nothing, or a few mishaps while records come in. */
export const makeSchedule = (random: SeededRandom, activeMs: number): readonly Mishap[] => {
  const count = random.pick([0, 3, 6, 9, 12])
  return Array.from({ length: count }, () => makeMishap(random, random.int(0, activeMs))).sort(
    (a, b) => a.at - b.at,
  )
}

const makeMishap = (random: SeededRandom, at: number): Mishap => {
  const member = random.int(0, 2)
  const restartAfter = random.int(0, 1_500)
  switch (
    random.pick(['crash', 'crash', 'freeze', 'freeze', 'leave', 'join', 'outage', 'broker-away'])
  ) {
    case 'crash':
      return { at, kind: 'crash', member, restartAfter }
    case 'freeze':
      return { at, kind: 'freeze', member, ms: random.int(50, 3_000) }
    case 'leave':
      return { at, kind: 'leave', member, restartAfter }
    case 'join':
      return { at, kind: 'join' }
    case 'outage':
      return { at, kind: 'outage', ms: random.int(20, 800) }
    case 'broker-away':
      return { at, kind: 'broker-away', ms: random.int(20, 2_500) }
  }
}
