import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { Cache } from '../../topology/ports/cache.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'

export interface CacheHarness {
  readonly cache: Cache
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
        { key: 'a', value: bytes('1'), ttlMs: 1000 },
        { key: 'b', value: bytes('2') },
      ])
      clock.advance(999)
      assert.deepEqual(await get('a', 'b'), ['1', '2'])
      clock.advance(1)
      assert.deepEqual(await get('a', 'b'), [undefined, '2'])
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
