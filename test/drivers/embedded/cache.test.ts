import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createEmbeddedCache } from '../../../drivers/embedded/cache/embedded-cache.ts'
import { createLeastRecentlyUsed } from '../../../topology/model/least-recently-used.ts'
import { describeCache } from '../../contracts/cache.contract.ts'
import { createManualClock } from '../../contracts/manual-clock.ts'
import { temporaryFolder } from './temporary-folder.ts'

for (const memoryBytes of [0, 1_000_000])
  describeCache(`the embedded cache with ${memoryBytes} bytes of memory`, async (clock) => {
    const folder = temporaryFolder()
    const cache = createEmbeddedCache({ dataDir: folder.path, clock, memoryBytes })
    return {
      cache,
      destroy: async () => {
        await cache.close()
        folder.remove()
      },
    }
  })

describe('the embedded cache', () => {
  it('forgets a value on the very millisecond', async () => {
    const folder = temporaryFolder()
    const clock = createManualClock()
    const cache = createEmbeddedCache({ dataDir: folder.path, clock })
    await cache.setMany([{ key: 'a', value: Buffer.from('1'), ttlMs: 1000 }])
    clock.advance(999)
    assert.notEqual((await cache.getMany(['a']))[0], undefined)
    clock.advance(1)
    assert.deepEqual(await cache.getMany(['a']), [undefined])
    await cache.close()
    folder.remove()
  })

  it('still has values and revisions after a restart', async () => {
    const folder = temporaryFolder()
    const clock = createManualClock()
    const before = createEmbeddedCache({ dataDir: folder.path, clock })
    await before.setMany([{ key: 'a', value: Buffer.from('1') }])
    await before.setIfNewer({ key: 'b', value: Buffer.from('2') }, 2n)
    await before.close()
    const after = createEmbeddedCache({ dataDir: folder.path, clock })
    const values = await after.getMany(['a', 'b'])
    assert.deepEqual(
      values.map((value) => Buffer.from(value ?? []).toString()),
      ['1', '2'],
    )
    assert.equal(await after.setIfNewer({ key: 'b', value: Buffer.from('x') }, 1n), false)
    await after.close()
    folder.remove()
  })

  it('forgets when it grows too large, but never what is guarded by a revision', async () => {
    const folder = temporaryFolder()
    const clock = createManualClock()
    const cache = createEmbeddedCache({ dataDir: folder.path, clock, maxEntries: 50 })
    await cache.setIfNewer({ key: 'guarded', value: Buffer.from('kept') }, 1n)
    for (let index = 0; index < 10; index++)
      await cache.setMany(
        Array.from({ length: 10 }, (_, i) => ({ key: `${index}-${i}`, value: Buffer.from('x') })),
      )
    const all = Array.from({ length: 100 }, (_, i) => `${Math.floor(i / 10)}-${i % 10}`)
    const left = (await cache.getMany(all)).filter((value) => value !== undefined)
    assert.ok(left.length <= 50)
    const [guarded] = await cache.getMany(['guarded'])
    assert.equal(Buffer.from(guarded ?? []).toString(), 'kept')
    await cache.close()
    folder.remove()
  })
})

describe('the memory of the cache', () => {
  it('forgets what was not used for longest', () => {
    const memory = createLeastRecentlyUsed<string>(3, (value) => value.length)
    memory.set('a', 'x')
    memory.set('b', 'x')
    memory.set('c', 'x')
    memory.get('a')
    memory.set('d', 'x')
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((key) => memory.get(key)),
      ['x', undefined, 'x', 'x'],
    )
    memory.set('e', 'too long')
    assert.equal(memory.get('e'), undefined)
  })
})
