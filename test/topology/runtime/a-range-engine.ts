import type { RangeResult, RangeSink, SinkRange } from '../../../topology/model/stage.ts'
import { anEngine, type EngineOptions } from './an-engine.ts'

/** What a sink answers that had nothing to write. */
export const nothing: RangeResult = { outputs: [], counts: {}, failures: [] }

export const aSink = (write: RangeSink<string>['write']): RangeSink<string> => ({
  kind: 'range-sink',
  name: 'files',
  version: 1,
  doc: '',
  ordered: true,
  rotate: { maxRecords: 3, maxBytes: 1_000, maxAgeMs: 1_000 },
  timeoutMs: 60_000,
  write,
})

/** An engine with a range sink, and the ranges that were written. */
export const aRangeEngine = async (
  write: RangeSink<string>['write'] = async () => nothing,
  options: EngineOptions = {},
  identify?: RangeSink<string>['identify'],
) => {
  const ranges: (readonly [number, number, string])[] = []
  const keep: RangeSink<string>['write'] = async (range: SinkRange<string>, context) => {
    const result = await write(range, context)
    ranges.push([range.start, range.end, range.records.map(({ value }) => value).join('')])
    return result
  }
  const sink = { ...aSink(keep), ...(identify && { identify }) }
  const engine = await anEngine((source) => source.sink(sink), options)
  return { ...engine, ranges }
}
