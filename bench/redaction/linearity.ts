import type { Policy } from '../../processors/redact/policy.ts'
import { detect } from '../../processors/redact/redact.ts'
import { cpuSeconds } from './cpu.ts'

/** Long enough for the clock of the CPU, which counts in microseconds, and for garbage collection to weigh little. */
const SIZE = 100_000
const TRIES = 5

export interface Growth {
  readonly piece: string
  /** CPU seconds for the longer text over those for one half as long: 2 when the work is linear. */
  readonly ratio: number
  /** Milliseconds for 100,000 characters. */
  readonly milliseconds: number
}

/** The least of some tries: what else the process does only adds. */
const least = (text: string, policy: Policy, tries: number): number => {
  let best = Infinity
  for (let k = 0; k < tries; k++)
    best = Math.min(
      best,
      cpuSeconds(() => detect(text, policy)),
    )
  return best
}

/** How the time for each attack grows when it is twice as long. */
export const measureGrowth = (
  pieces: readonly string[],
  repeated: (piece: string, length: number) => string,
  policy: Policy,
): readonly Growth[] =>
  pieces.map((piece) => {
    const [short, long] = [repeated(piece, SIZE), repeated(piece, 2 * SIZE)]
    detect(short, policy)
    let once = least(short, policy, TRIES)
    let twice = least(long, policy, TRIES)
    // A suspicion is looked into before it is reported.
    for (let again = 0; again < 3 && twice / once > 2.3; again++) {
      once = Math.min(once, least(short, policy, TRIES))
      twice = Math.min(twice, least(long, policy, TRIES))
    }
    return { piece, ratio: twice / once, milliseconds: once * 1000 }
  })
