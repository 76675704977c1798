import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { unpackLogRecords } from '../../../topology/model/pack-records.ts'
import type { LogRecord } from '../../../topology/ports/record-log.ts'
import { Gathered } from '../../../topology/runtime/gathered.ts'

/** Offsets are even: a log has gaps. */
const recordAt = (index: number): LogRecord => ({
  offset: index * 2,
  key: Buffer.from(`key ${index}`),
  value: index % 5 === 0 ? null : Buffer.alloc(index, 7),
  timestamp: index + 0.5,
  headers: index % 3 === 0 ? { traceparent: Buffer.from(`trace ${index}`) } : {},
})

const records = Array.from({ length: 300 }, (_, index) => recordAt(index))

const gatheredFrom = (all: readonly LogRecord[]): Gathered => {
  const gathered = new Gathered()
  for (const record of all) gathered.add(record)
  return gathered
}

const plain = (all: readonly LogRecord[]) =>
  all.map(({ key, value, headers, ...rest }) => ({
    ...rest,
    key: Buffer.from(key).toString(),
    value: value && Buffer.from(value).toString('hex'),
    headers: Object.entries(headers).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
  }))

const bytesOf = (all: readonly LogRecord[]): number =>
  all.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)

describe('gathered records', () => {
  it('come out as they went in, in order, however many are taken at a time', () => {
    for (const count of [1, 15, 16, 17, 64, 200, 300]) {
      const gathered = gatheredFrom(records)
      const taken: LogRecord[] = []
      while (gathered.length > 0) taken.push(...gathered.take(count).flatMap(unpackLogRecords))
      assert.deepEqual(plain(taken), plain(records))
    }
  })

  it('are counted, with the bytes of their values', () => {
    const gathered = gatheredFrom(records)
    assert.deepEqual([gathered.length, gathered.bytes], [300, bytesOf(records)])
    gathered.take(100)
    assert.deepEqual([gathered.length, gathered.bytes], [200, bytesOf(records.slice(100))])
  })

  it('are counted up to an offset, whether there is a record or none', () => {
    const gathered = gatheredFrom(records)
    for (const count of [0, 1, 16, 17, 299, 300])
      assert.equal(gathered.countBefore(count * 2 - 1), count)
  })

  it('do not change with the memory that they came in', () => {
    const value = Buffer.from('as it was')
    const gathered = gatheredFrom(Array.from({ length: 64 }, () => ({ ...recordAt(1), value })))
    value.fill(0)
    assert.equal(
      Buffer.from(unpackLogRecords(gathered.take(1)[0]!)[0]!.value!).toString(),
      'as it was',
    )
  })

  it('are gone once let go of', () => {
    const gathered = gatheredFrom(records)
    gathered.clear()
    assert.deepEqual([gathered.length, gathered.bytes, gathered.take(1)], [0, 0, []])
  })
})
