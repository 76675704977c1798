import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { decodeBatches } from '../../../../drivers/kafka/wire/decode-batches.ts'
import { encodeBatch, type BatchRecord } from '../../../../drivers/kafka/wire/encode-batch.ts'
import { varintSize, VarintReader, writeVarint } from '../../../../drivers/kafka/wire/varint.ts'

/** What kafkajs makes of the same records: the modules that ours stand in for, as they come with the package. */
const require = createRequire(import.meta.url)
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as {
  readonly RecordBatch: (of: object) => Promise<{ readonly buffer: Buffer }>
}
const Record = require('kafkajs/src/protocol/recordBatch/record/v0') as (of: object) => unknown
const checksum = require('kafkajs/src/protocol/recordBatch/crc32C') as (bytes: Buffer) => number

const head = { attributes: 0, producerId: 77n, producerEpoch: 3, firstSequence: 12 }
const notPacked = (): Promise<Buffer> => Promise.reject(new Error('nothing is packed here'))

const byKafkajs = async (records: readonly BatchRecord[]): Promise<Buffer> => {
  const times = records.map(({ timestamp }) => timestamp)
  const first = Math.min(...times)
  const made = records.map(({ key, value, timestamp, headers }, index) =>
    Record({
      offsetDelta: index,
      timestampDelta: timestamp - first,
      key: Buffer.from(key),
      value: value && Buffer.from(value),
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, bytes]) => [name, Buffer.from(bytes)]),
      ),
    }),
  )
  const { buffer } = await RecordBatch({
    records: made,
    firstTimestamp: first,
    maxTimestamp: Math.max(...times),
    producerId: String(head.producerId),
    producerEpoch: head.producerEpoch,
    firstSequence: head.firstSequence,
    lastOffsetDelta: records.length - 1,
  })
  return buffer
}

const aName = fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name !== '__proto__')
const aRecord: fc.Arbitrary<BatchRecord> = fc.record({
  key: fc.uint8Array({ maxLength: 200 }),
  value: fc.option(fc.uint8Array({ maxLength: 300 })),
  timestamp: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  headers: fc.dictionary(aName, fc.uint8Array({ maxLength: 10 }), { maxKeys: 3 }),
})
const someRecords = fc.array(aRecord, { minLength: 1, maxLength: 200 })

const plain = (record: BatchRecord) => ({
  key: [...record.key],
  value: record.value && [...record.value],
  timestamp: record.timestamp,
  headers: Object.entries(record.headers).map(([name, bytes]) => [name, ...bytes]),
})

describe('batches of records on the wire', () => {
  it('are byte for byte what kafkajs makes of the same records', async () => {
    await fc.assert(
      fc.asyncProperty(someRecords, async (records) => {
        const ours = await encodeBatch(records, head, checksum)
        assert.ok(ours.equals(await byKafkajs(records)))
      }),
    )
  })

  it('are read as what was written, one after the other, packed or not', async () => {
    await fc.assert(
      fc.asyncProperty(someRecords, someRecords, async (one, other) => {
        const flip = (bytes: Buffer): Promise<Buffer> =>
          Promise.resolve(Buffer.from(bytes.map((byte) => byte ^ 0xff)))
        const packed = await encodeBatch(other, { ...head, attributes: 4 }, checksum, flip)
        const bytes = Buffer.concat([await encodeBatch(one, head, checksum), packed])
        const batches = await decodeBatches(bytes, flip)
        assert.deepEqual(
          batches.map(({ read }) => read().map(plain)),
          [one.map(plain), other.map(plain)],
        )
        assert.deepEqual(
          batches[0]?.read().map(({ offset }) => offset),
          [...one.keys()],
        )
        assert.deepEqual(
          batches.map(({ nextOffset, producerId }) => [nextOffset, producerId]),
          [
            [one.length, '77'],
            [other.length, '77'],
          ],
        )
      }),
    )
  })

  const record = { key: Buffer.from('k'), value: null, timestamp: 5, headers: {} }

  it('count from their first offset, and say what they are', async () => {
    const bytes = await encodeBatch([record, record], { ...head, attributes: 0x30 }, checksum)
    bytes.writeBigInt64BE(1_000n, 0)
    // As after compaction: the last records are gone, the end of the batch stays.
    bytes.writeInt32BE(9, 23)
    const [batch] = await decodeBatches(bytes, notPacked)
    assert.deepEqual(
      batch?.read().map(({ offset }) => offset),
      [1_000, 1_001],
    )
    assert.equal(batch?.nextOffset, 1_010)
    assert.ok(batch?.isControl && batch.inTransaction)
  })

  it('leave out the records that are not wanted, and read the others as without them', async () => {
    await fc.assert(
      fc.asyncProperty(someRecords, fc.func(fc.boolean()), async (records, unwanted) => {
        const [batch] = await decodeBatches(await encodeBatch(records, head, checksum), notPacked)
        const wanted = batch?.read().filter(({ offset }) => !unwanted(offset))
        assert.deepEqual(batch?.read(unwanted), wanted)
      }),
    )
  })

  it('have the time of the broker where the topic says so', async () => {
    const bytes = await encodeBatch([record], { ...head, attributes: 0x08 }, checksum)
    bytes.writeBigInt64BE(99n, 35)
    assert.equal((await decodeBatches(bytes, notPacked))[0]?.read()[0]?.timestamp, 99)
  })

  it('are left out where the fetch cut them off', async () => {
    const whole = await encodeBatch([record], head, checksum)
    const bytes = Buffer.concat([whole, whole])
    for (const length of [bytes.length - 1, whole.length + 20, whole.length])
      assert.equal((await decodeBatches(bytes.subarray(0, length), notPacked)).length, 1)
    assert.deepEqual(await decodeBatches(whole.subarray(0, whole.length - 1), notPacked), [])
  })

  it('are refused when a record goes on beyond its end', async () => {
    const bytes = await encodeBatch([record], head, checksum)
    bytes.writeInt32BE(2, 57)
    const [batch] = await decodeBatches(bytes, notPacked)
    assert.throws(() => batch?.read(), RangeError)
    assert.throws(() => batch?.read(() => true), RangeError)
  })
})

describe('numbers of variable length', () => {
  it('come back as they were written, in as many bytes as was said', () => {
    const numbers = fc.oneof(
      fc.integer(),
      fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
      fc.constantFrom(0, -1, 63, 64, -64, -65, 2 ** 30, 2 ** 31, -(2 ** 31)),
    )
    fc.assert(
      fc.property(numbers, (number) => {
        const bytes = Buffer.alloc(10)
        const end = writeVarint(bytes, 0, number)
        const reader = new VarintReader(bytes, 0)
        assert.equal(end, varintSize(number))
        assert.equal(reader.next(), number)
        assert.equal(reader.at, end)
      }),
    )
  })
})
