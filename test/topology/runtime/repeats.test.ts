import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { encodeReplay, replayHeader } from '../../../topology/model/replay.ts'
import type { TopicName } from '../../../topology/model/record.ts'
import type { SinkRecord } from '../../../topology/model/stage.ts'
import { printBytes, printsTaken, sift, type Sifted } from '../../../topology/runtime/repeats.ts'

const sink = { identify: (value: unknown) => (value === 'erase' ? undefined : String(value)) }
const none = new Uint8Array()

const recordsOf = (...values: readonly string[]): readonly SinkRecord<unknown>[] =>
  values.map((value, offset) => ({
    key: 'k',
    value,
    timestamp: 0,
    headers: {},
    topic: 'in' as TopicName,
    partition: 0,
    offset,
  }))

const offsetsOf = ({ fresh }: Sifted): readonly number[] => fresh.map(({ offset }) => offset)

describe('what is left out of a range', () => {
  it('is what comes twice in it, and what was taken before', () => {
    const first = sift(sink, none, recordsOf('a', 'b', 'a'))
    assert.deepEqual(offsetsOf(first), [0, 1])
    const taken = printsTaken(first, [])
    assert.equal(taken.length, 2 * printBytes)
    assert.deepEqual(offsetsOf(sift(sink, taken, recordsOf('c', 'b', 'a', 'd'))), [0, 3])
  })

  it('is nothing of another key', () => {
    const [one, other] = recordsOf('a', 'a') as [SinkRecord<unknown>, SinkRecord<unknown>]
    assert.deepEqual(offsetsOf(sift(sink, none, [one, { ...other, key: 'l' }])), [0, 1])
  })

  it('is nothing that the sink does not tell apart, as an erasure', () => {
    const sifted = sift(sink, none, recordsOf('erase', 'erase'))
    assert.deepEqual(offsetsOf(sifted), [0, 1])
    assert.equal(printsTaken(sifted, []).length, 0)
  })

  it('is nothing where the log holds no record twice, or the sink tells none apart', () => {
    const records = recordsOf('a', 'a')
    assert.deepEqual(offsetsOf(sift(sink, undefined, records)), [0, 1])
    assert.deepEqual(offsetsOf(sift({}, none, records)), [0, 1])
  })

  it('is not what came back from the dead letters', () => {
    const [one, other] = recordsOf('a', 'a') as [SinkRecord<unknown>, SinkRecord<unknown>]
    const headers = { [replayHeader]: encodeReplay({ subTopology: 'files', count: 1 }) }
    assert.deepEqual(offsetsOf(sift(sink, none, [one, { ...other, headers }])), [0, 1])
  })

  it('is not what failed when it came first', () => {
    const first = sift(sink, none, recordsOf('a', 'b'))
    const taken = printsTaken(first, [{ offset: 0 }])
    assert.deepEqual(offsetsOf(sift(sink, taken, recordsOf('a', 'b'))), [0])
  })
})
