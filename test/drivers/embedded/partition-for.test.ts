import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { murmur2, partitionFor } from '../../../drivers/embedded/record-log/partition-for.ts'

describe('the partition of a key', () => {
  it('is hashed as by the default partitioner of Kafka', () => {
    // Values that Kafka's own test of murmur2 expects.
    const expected: Readonly<Record<string, number>> = {
      '21': -973_932_308,
      foobar: -790_332_482,
      'a-little-bit-long-string': -985_981_536,
      'a-little-bit-longer-string': -1_486_304_829,
      lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58_897_971,
      abc: 479_470_107,
    }
    for (const [key, hash] of Object.entries(expected))
      assert.equal(murmur2(Buffer.from(key)), hash, key)
  })

  it('is never negative and below the count', () => {
    for (let index = 0; index < 200; index++) {
      const partition = partitionFor(Buffer.from(`key-${index}`), 7)
      assert.ok(partition >= 0 && partition < 7)
    }
  })
})
