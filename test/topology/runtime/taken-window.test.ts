import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { TopicName } from '../../../topology/model/record.ts'
import { printBytes } from '../../../topology/runtime/repeats.ts'
import { TakenWindow, windowRecords } from '../../../topology/runtime/taken-window.ts'
import {
  inMemoryObjectStore,
  type InMemoryObjectStore,
} from '../../builders/in-memory-object-store.ts'

const print = (byte: number): Uint8Array => new Uint8Array(printBytes).fill(byte)

describe('the window of what was taken', () => {
  let objects: InMemoryObjectStore
  beforeEach(() => {
    objects = inMemoryObjectStore()
  })

  const aWindow = (partition = 0): TakenWindow =>
    new TakenWindow(objects, 'parquet-chunks', { topic: 'archive.chunks' as TopicName, partition })

  const ends = (): readonly number[] =>
    [...objects.objects.keys()].map((name) => Number(name.slice(name.lastIndexOf('+') + 1)))

  it('is what the last range left, for the next one and for the next owner', async () => {
    const window = aWindow()
    assert.deepEqual(await window.before(0), new Uint8Array())
    await window.add(5, print(1))
    await window.add(9, print(2))
    const both = new Uint8Array([...print(1), ...print(2)])
    assert.deepEqual(await window.before(9), both)
    assert.deepEqual(await aWindow().before(9), both)
    // Positions pass what holds nothing, without a range.
    assert.deepEqual(await aWindow().before(20), both)
  })

  it('is not what a range left that ends beyond: its records come again', async () => {
    const window = aWindow()
    await window.before(0)
    await window.add(5, print(1))
    await window.add(9, print(2))
    assert.deepEqual(await aWindow().before(8), print(1))
    assert.deepEqual(await aWindow().before(4), new Uint8Array())
  })

  it('is one for each partition', async () => {
    const window = aWindow(1)
    await window.before(0)
    await window.add(5, print(1))
    assert.deepEqual(await aWindow(0).before(9), new Uint8Array())
    assert.deepEqual(await aWindow(11).before(9), new Uint8Array())
  })

  it('forgets the oldest', async () => {
    const window = aWindow()
    await window.before(0)
    await window.add(1, print(1))
    await window.add(2, new Uint8Array((windowRecords - 1) * printBytes).fill(2))
    assert.deepEqual((await window.before(2)).subarray(0, printBytes), print(1))
    await window.add(3, print(3))
    const full = await window.before(3)
    assert.equal(full.length, windowRecords * printBytes)
    assert.deepEqual(full.subarray(0, printBytes), print(2))
    assert.deepEqual(full.subarray(-printBytes), print(3))
  })

  it('is one object once a range is committed, and what an owner before left goes too', async () => {
    const lost = aWindow()
    await lost.before(0)
    for (const end of [3, 5, 9]) await lost.add(end, print(end))
    const next = aWindow()
    await next.before(5)
    await next.add(7, print(7))
    await next.removeOlder()
    // The one beyond may be that of an owner who came later.
    assert.deepEqual(ends(), [9, 7])
    await next.add(9, print(9))
    await next.removeOlder()
    assert.deepEqual(ends(), [9])
  })

  it('is as an earlier attempt at the range left it, whose files stand', async () => {
    const earlier = aWindow()
    await earlier.before(0)
    await earlier.add(5, new Uint8Array([...print(1), ...print(2)]))
    // One of the two records was compacted away since.
    const next = aWindow()
    await next.before(0)
    await next.add(5, print(2))
    assert.deepEqual(await next.before(5), await aWindow().before(5))
  })
})
