import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { Cache } from '../../topology/ports/cache.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'

export interface CacheHarness {
  readonly cache: Cache
  /** Lets time pass for entries; the clock that was given, when left out. */
  readonly pass?: (ms: number) => Promise<void>
  readonly destroy: () => Promise<void>
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What every cache must do. `create` gets the clock that times to live run on. */
export const describeCache = (
  name: string,
  create: (clock: ManualClock) => Promise<CacheHarness>,
): void => {
  describe(`${name} as a cache`, () => {
    let clock: ManualClock
    let harness: CacheHarness
    let cache: Cache

    const get = async (...keys: readonly string[]) =>
      (await cache.getMany(keys)).map((value) => value && Buffer.from(value).toString())

    const pass = async (ms: number): Promise<void> =>
      harness.pass ? harness.pass(ms) : clock.advance(ms)

    beforeEach(async () => {
      clock = createManualClock()
      harness = await create(clock)
      cache = harness.cache
    })
    afterEach(() => harness.destroy())

    it('answers values in the order of the keys, undefined where there is none', async () => {
      await cache.setMany([
        { key: 'a', value: bytes('1') },
        { key: 'b', value: bytes('') },
      ])
      assert.deepEqual(await get('b', 'missing', 'a', 'a'), ['', undefined, '1', '1'])
    })

    it('replaces values', async () => {
      await cache.setMany([{ key: 'a', value: bytes('1') }])
      await get('a')
      await cache.setMany([{ key: 'a', value: bytes('2') }])
      assert.deepEqual(await get('a'), ['2'])
    })

    it('forgets a value when its time is over', async () => {
      await cache.setMany([
        { key: 'a', value: bytes('1'), ttlMs: 60_000 },
        { key: 'b', value: bytes('2') },
      ])
      await cache.setIfNewer({ key: 'c', value: bytes('3'), ttlMs: 60_000 }, 3n)
      await pass(30_000)
      assert.deepEqual(await get('a', 'b', 'c'), ['1', '2', '3'])
      await pass(30_000)
      assert.deepEqual(await get('a', 'b', 'c'), [undefined, '2', undefined])
    })

    it('takes any bytes, none and very many', async () => {
      const values = [Buffer.alloc(0), Buffer.from([0, 255, 10, 13, 128]), Buffer.alloc(1 << 20, 7)]
      await cache.setMany(values.map((value, i) => ({ key: `${i}`, value })))
      const [none, odd, many] = await cache.getMany(['0', '1', '2'])
      assert.deepEqual(
        [none, odd, many].map((each) => Buffer.from(each ?? [1])),
        values,
      )
      assert.deepEqual(await cache.getMany([]), [])
      await cache.setMany([])
    })

    it('sets a guarded value over one that was set without a revision', async () => {
      await cache.setMany([{ key: 'a', value: bytes('1') }])
      assert.equal(await cache.setIfNewer({ key: 'a', value: bytes('2') }, 0n), true)
      assert.deepEqual(await get('a'), ['2'])
    })

    it('takes keys of any length', async () => {
      const long = 'é'.repeat(5000)
      await cache.setMany([
        { key: `${long}1`, value: bytes('1') },
        { key: `${long}2`, value: bytes('2') },
      ])
      assert.deepEqual(await get(`${long}1`, `${long}2`), ['1', '2'])
    })

    it('sets a guarded value only when it is newer', async () => {
      assert.equal(await cache.setIfNewer({ key: 'a', value: bytes('5') }, 5n), true)
      assert.equal(await cache.setIfNewer({ key: 'a', value: bytes('old') }, 4n), false)
      assert.equal(await cache.setIfNewer({ key: 'a', value: bytes('same') }, 5n), false)
      assert.deepEqual(await get('a'), ['5'])
      assert.equal(await cache.setIfNewer({ key: 'a', value: bytes('6') }, 2n ** 62n), true)
      assert.deepEqual(await get('a'), ['6'])
    })

    it('lets the newest of many concurrent writers win', async () => {
      const revisions = [3n, 9n, 1n, 7n, 9n, 2n]
      await Promise.all(
        revisions.map((revision) =>
          cache.setIfNewer({ key: 'a', value: bytes(`${revision}`) }, revision),
        ),
      )
      assert.deepEqual(await get('a'), ['9'])
    })

    it('removes a guarded value unless a newer one is there', async () => {
      await cache.setIfNewer({ key: 'a', value: bytes('5') }, 5n)
      assert.equal(await cache.deleteIfNotNewer('a', 4n), false)
      assert.deepEqual(await get('a'), ['5'])
      assert.equal(await cache.deleteIfNotNewer('a', 5n), true)
      assert.deepEqual(await get('a'), [undefined])
      assert.equal(await cache.deleteIfNotNewer('never there', 1n), true)
    })

    it('does not bring back what a removal of a newer revision has removed', async () => {
      await cache.deleteIfNotNewer('a', 5n)
      assert.equal(await cache.setIfNewer({ key: 'a', value: bytes('stale') }, 5n), false)
      assert.deepEqual(await get('a'), [undefined])
      assert.equal(await cache.setIfNewer({ key: 'a', value: bytes('new') }, 6n), true)
      assert.deepEqual(await get('a'), ['new'])
    })
  })
}
