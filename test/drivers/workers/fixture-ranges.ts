import type { RangeWriter } from '../../../drivers/workers/range-messages.ts'
import { unpackLogRecords } from '../../../topology/model/pack-records.ts'
import { Fault, Rejected } from '../../../topology/model/failure.ts'
import type { TopicName } from '../../../topology/model/record.ts'
import type { RangeCall, WrittenRange } from '../../../topology/ports/range-runner.ts'
import { countCollections } from './collections-counted.ts'

/* Sinks that behave and misbehave, for the tests of the range runner. */

const failure = { disposition: 'POISON', code: 'odd', message: 'odd' } as const

/** Every record comes back as one for the log, its value backwards. */
const backwards = ({ range }: RangeCall): WrittenRange => ({
  outputs: range.sources.flatMap(unpackLogRecords).map(({ key, value, timestamp, headers }) => ({
    topic: `${range.partition.topic}-written` as TopicName,
    key,
    value: value && Buffer.from(value).reverse(),
    timestamp,
    headers,
  })),
  failures: [{ offset: range.start, failure }],
  taken: Buffer.from(range.taken ?? []).reverse(),
  repeated: range.sources.flatMap(unpackLogRecords).length,
})

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => reject(new Fault('transient', 'test', 'told to stop'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  })

const count = countCollections()

/** Says how often its thread was told to collect garbage, of which it hears some turns later. */
const collections = async (): Promise<WrittenRange> => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
  return { outputs: [], failures: [], taken: new Uint8Array(), repeated: count() }
}

const sinks: Readonly<Record<string, (call: RangeCall, signal: AbortSignal) => unknown>> = {
  backwards,
  collections,
  waiting: (_call, signal) => aborted(signal),
  refusing: () => {
    throw new Rejected(failure)
  },
  away: () => {
    throw new Fault('dependency-down', 'store', 'away')
  },
  ending: () => process.exit(3),
}

/** Opens the sinks, unless it is told that they cannot be opened. */
export const openFixtureRanges = ({ broken }: { readonly broken: boolean }): RangeWriter => {
  if (broken) throw new Fault('dependency-down', 'registry', 'cannot be reached')
  return { write: async (call, signal) => (await sinks[call.sink]?.(call, signal)) as WrittenRange }
}
