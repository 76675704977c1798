import type { Policy } from '../../processors/redact/policy.ts'
import { detect } from '../../processors/redact/redact.ts'
import { cpuSeconds } from './cpu.ts'

/**
 * Long enough for the windows of all recognisers to weigh nothing. Twice that, at two bytes, is below the 128 KB from which V8 gives a string pages
 * of its own, which costs a multiple however it is read.
 */
const SIZE = 30_000
/** CPU seconds that the shorter text is read for at least: the clock counts in microseconds, and other work disturbs. */
const LEAST_SECONDS = 0.01
const MOST_READS = 64
const ROUNDS = 4
const MORE_ROUNDS = 30
/** A suspicion is looked into before it is reported. */
const SUSPICIOUS = 2.3

export interface Growth {
  readonly piece: string
  /** CPU seconds for the longer text over those for one half as long: 2 when the work is linear. */
  readonly ratio: number
  /** Milliseconds for 100,000 characters. */
  readonly milliseconds: number
}

/**
 * How the time for each attack grows when it is twice as long: both texts in turn, the same number of times each, the least of the
 * rounds, as whatever else the process or the machine does only adds.
 */
export const measureGrowth = (
  pieces: readonly string[],
  repeated: (piece: string, length: number) => string,
  policy: Policy,
): readonly Growth[] =>
  pieces.map((piece) => {
    const [short, long] = [repeated(piece, SIZE), repeated(piece, 2 * SIZE)]
    const read = (text: string, times: number) =>
      cpuSeconds(() => {
        for (let k = 0; k < times; k++) detect(text, policy)
      })
    read(long, 1)
    const reads = Math.min(MOST_READS, Math.ceil(LEAST_SECONDS / read(short, 1)))
    let [once, twice] = [Infinity, Infinity]
    for (
      let round = 0;
      round < ROUNDS || (round < MORE_ROUNDS && twice / once > SUSPICIOUS);
      round++
    ) {
      once = Math.min(once, read(short, reads))
      twice = Math.min(twice, read(long, reads))
    }
    return { piece, ratio: twice / once, milliseconds: (once / reads) * 1000 * (100_000 / SIZE) }
  })
