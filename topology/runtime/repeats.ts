import { hash } from 'node:crypto'
import { replayOf } from '../model/replay.ts'
import type { RangeSink, SinkRecord } from '../model/stage.ts'

/** Bytes of a print, the beginning of a SHA-256: among 16,384 others a new record is taken for one of them once in 2^50 times. */
export const printBytes = 8

/** The records of a range as far as their rows do not stand yet, and the prints of those that can be told again, by offset. */
export interface Sifted {
  readonly fresh: readonly SinkRecord<unknown>[]
  readonly prints: ReadonlyMap<number, string>
}

/**
 * Leaves out what was taken before, and what comes twice among the records. What came back from the dead letters stays: it
 * failed when it came first.
 */
export const sift = (
  { identify }: Pick<RangeSink<unknown>, 'identify'>,
  taken: Uint8Array | undefined,
  records: readonly SinkRecord<unknown>[],
): Sifted => {
  const prints = new Map<number, string>()
  if (!taken || !identify) return { fresh: records, prints }
  const known = printsIn(taken)
  const isFresh = ({ key, value, offset, headers }: SinkRecord<unknown>): boolean => {
    const identity = identify(value)
    if (identity === undefined) return true
    const print = printOf(key, identity)
    if (known.has(print) && !replayOf(headers)) return false
    known.add(print)
    prints.set(offset, print)
    return true
  }
  return { fresh: records.filter(isFresh), prints }
}

/** The prints but for those of records that failed: of such a one another copy may be taken. */
export const printsTaken = (
  { prints }: Sifted,
  failures: readonly { readonly offset: number }[],
): Uint8Array => {
  const failed = new Set(failures.map(({ offset }) => offset))
  const taken = [...prints].filter(([offset]) => !failed.has(offset)).map(([, print]) => print)
  // A copy: small buffers are parts of a larger one, all of which would go from thread to thread.
  return new Uint8Array(Buffer.from(taken.join(''), 'hex'))
}

const printOf = (key: string, identity: string): string =>
  hash('sha256', `${key}\n${identity}`).slice(0, 2 * printBytes)

const printsIn = ({ buffer, byteOffset, length }: Uint8Array): Set<string> => {
  const bytes = Buffer.from(buffer, byteOffset, length)
  const prints = new Set<string>()
  for (let at = 0; at < length; at += printBytes)
    prints.add(bytes.toString('hex', at, at + printBytes))
  return prints
}
