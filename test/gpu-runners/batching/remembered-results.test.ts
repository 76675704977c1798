import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { ItemOutcome } from '../../../gpu-runners/batching/item.ts'
import type { AskModel, ModelItem } from '../../../gpu-runners/batching/model-pool.ts'
import { floatsCodec, rememberResults } from '../../../gpu-runners/batching/remembered-results.ts'
import type { RememberOptions } from '../../../gpu-runners/batching/remembered-results.ts'
import type { Cache, CacheEntry } from '../../../topology/ports/cache.ts'
import { createSteppedClock } from './stepped-clock.ts'

const itemOf = (text: string): ModelItem => ({ tokens: 1, bytes: 1, input: { text } })
const vectorOf = (text: string): Float32Array =>
  Float32Array.of(text.length, text.charCodeAt(0) || 0)

/** A cache that can fail or hang, and counts its calls. */
const aCache = () => {
  const values = new Map<string, Uint8Array>()
  const calls = { get: 0, set: 0 }
  let state: 'well' | 'failing' | 'hanging' = 'well'
  const answer = <T>(value: T): Promise<T> => {
    if (state === 'hanging') return new Promise(() => undefined)
    return state === 'failing' ? Promise.reject(new Error('away')) : Promise.resolve(value)
  }
  const cache = {
    getMany: (keys: readonly string[]) => {
      calls.get++
      return answer(keys.map((key) => values.get(key)))
    },
    setMany: (entries: readonly CacheEntry[]) => {
      calls.set++
      if (state === 'well') for (const { key, value } of entries) values.set(key, value)
      return answer(undefined)
    },
  } as unknown as Cache
  return { cache, values, calls, become: (now: typeof state) => (state = now) }
}

const aModel = (options: Partial<RememberOptions> = {}, cache?: Cache) => {
  const clock = createSteppedClock()
  const asked: string[] = []
  const compute: AskModel<Float32Array> = (items) => {
    asked.push(...items.map(({ input }) => input.text ?? ''))
    return Promise.resolve(
      items.map(({ input: { text = '' } }): ItemOutcome<Float32Array> =>
        text === 'poison'
          ? { kind: 'poison', reason: 'failed', message: 'no' }
          : { kind: 'ok', result: vectorOf(text) },
      ),
    )
  }
  const codec = floatsCodec((values) => values.length === 2)
  const all = { bytes: 100_000, ttlMs: 0, waitMs: 250, scope: 'm:1', ...options }
  const remembering = rememberResults(compute, codec, all, { cache, clock })
  const ask = (...texts: readonly string[]) =>
    remembering(texts.map(itemOf), new AbortController().signal)
  return { ask, asked, clock }
}

const resultsOf = (outcomes: readonly ItemOutcome<Float32Array>[]) =>
  outcomes.map((each) => (each.kind === 'ok' ? [...each.result] : each.reason))

describe('remembered results', () => {
  it('are those of the model, each at its place, and it is asked once for each content', () => {
    const texts = fc.array(fc.constantFrom('a', 'bb', 'ccc', 'dddd', 'poison'), { maxLength: 12 })
    return fc.assert(
      fc.asyncProperty(fc.array(texts, { maxLength: 8 }), async (calls) => {
        const { ask, asked } = aModel()
        for (const call of calls) {
          const expected = call.map((text) => (text === 'poison' ? 'failed' : [...vectorOf(text)]))
          assert.deepEqual(resultsOf(await ask(...call)), expected)
        }
        const first = new Set<string>()
        for (const call of calls) {
          const fresh = call.filter((text) => text === 'poison' || !first.has(text))
          assert.deepEqual(asked.splice(0, fresh.length), fresh)
          for (const text of call) first.add(text)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('make a replay ask the model for nothing', async () => {
    const { ask, asked } = aModel({ bytes: 10_000_000 })
    const texts = Array.from({ length: 5_000 }, (_, i) => `text ${i}`)
    await ask(...texts)
    asked.length = 0
    for (let at = 0; at < texts.length; at += 100) await ask(...texts.slice(at, at + 100))
    assert.deepEqual(asked, [])
  })

  it('take no more room than they may', async () => {
    const { ask, asked } = aModel({ bytes: 400 })
    await ask('a', 'bb', 'ccc')
    asked.length = 0
    await ask('a', 'ccc')
    assert.deepEqual(asked, ['a'])
  })

  it('are shared through the cache, with one round trip for all items of a call', async () => {
    const { cache, calls } = aCache()
    const [one, other] = [aModel({ ttlMs: 1_000 }, cache), aModel({ ttlMs: 1_000 }, cache)]
    await one.ask('a', 'bb', 'ccc')
    assert.deepEqual(calls, { get: 1, set: 1 })
    const outcomes = await other.ask('ccc', 'new', 'a')
    assert.deepEqual(
      resultsOf(outcomes),
      ['ccc', 'new', 'a'].map((text) => [...vectorOf(text)]),
    )
    assert.deepEqual(other.asked, ['new'])
    assert.deepEqual(calls, { get: 2, set: 2 })
    await other.ask('ccc', 'new', 'a')
    assert.deepEqual(calls, { get: 2, set: 2 })
  })

  it('are not shared between versions, nor between text and ids', async () => {
    const { cache } = aCache()
    await aModel({ ttlMs: 1, scope: 'm:1' }, cache).ask('a')
    const next = aModel({ ttlMs: 1, scope: 'm:2' }, cache)
    await next.ask('a')
    assert.deepEqual(next.asked, ['a'])
  })

  it('are computed where the cache fails, and it is left alone for a second', async () => {
    const { cache, calls, become } = aCache()
    const { ask, asked, clock } = aModel({ ttlMs: 1, bytes: 0 }, cache)
    become('failing')
    assert.deepEqual(resultsOf(await ask('a')), [[1, 97]])
    await ask('a')
    assert.deepEqual([asked, calls], [['a', 'a'], { get: 1, set: 0 }])
    become('well')
    await clock.advance(1_000)
    await ask('a')
    assert.equal(calls.get, 2)
  })

  it('that are damaged in the cache are computed anew', async () => {
    const { cache, values } = aCache()
    await aModel({ ttlMs: 1 }, cache).ask('a')
    for (const key of values.keys()) values.set(key, Uint8Array.of(1, 2, 3))
    const other = aModel({ ttlMs: 1 }, cache)
    assert.deepEqual(resultsOf(await other.ask('a')), [[1, 97]])
    assert.deepEqual(other.asked, ['a'])
  })
})
