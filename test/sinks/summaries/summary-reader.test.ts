import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createSummaryReader, projectSummary } from '../../../sinks/summaries/index.ts'
import { summaryJson, summaryName } from '../../../sinks/summaries/summary-object.ts'
import { Fault } from '../../../topology/model/failure.ts'
import type { Cache } from '../../../topology/ports/cache.ts'
import type { ObjectStore } from '../../../topology/ports/object-store.ts'
import { inMemoryCache } from '../../builders/in-memory-cache.ts'
import { inMemoryObjectStore } from '../../builders/in-memory-object-store.ts'
import { aSummary } from '../../builders/outputs.ts'

const owner = aSummary()
const limits = { ttlMs: 60_000, negativeMs: 30_000 }

/** A store with these summaries that counts how often it is asked for a list. */
const storeOf = async (...summaries: readonly ReturnType<typeof aSummary>[]) => {
  const store = inMemoryObjectStore()
  for (const each of summaries) await store.put(summaryName(each), summaryJson(each))
  let lists = 0
  const objects: Pick<ObjectStore, 'get' | 'list'> = {
    get: store.get,
    list: (prefix) => {
      lists += 1
      return store.list(prefix)
    },
  }
  return { objects, lists: () => lists }
}

describe('reading the summary of a document', () => {
  it('asks the cache, and nothing else when it has one', async () => {
    const cache = inMemoryCache()
    await projectSummary(cache, aSummary({ text: 'cached' }), 0)
    const { objects, lists } = await storeOf()
    const found = await createSummaryReader({ cache, objects, ...limits }).read(owner)
    assert.deepEqual([found?.from, found?.summary.text, lists()], ['cache', 'cached', 0])
  })

  it('finds the newest object otherwise, and puts it into the cache', async () => {
    const cache = inMemoryCache()
    const { objects, lists } = await storeOf(
      aSummary({ revision: 12n, text: 'newest' }),
      aSummary({ revision: 9n, text: 'older' }),
    )
    const reader = createSummaryReader({ cache, objects, ...limits })
    const answers = [await reader.read(owner), await reader.read(owner)]
    assert.deepEqual(
      answers.map((each) => [each?.from, each?.summary.text, each?.summary.revision]),
      [
        ['objects', 'newest', '12'],
        ['cache', 'newest', '12'],
      ],
    )
    assert.equal(lists(), 1)
  })

  it('remembers for a while that there is none, until one is made', async () => {
    const memory = inMemoryCache()
    const lives: (number | undefined)[] = []
    const cache: Cache = {
      ...memory,
      setMany: (entries) => {
        lives.push(...entries.map(({ ttlMs }) => ttlMs))
        return memory.setMany(entries)
      },
    }
    const { objects, lists } = await storeOf()
    const reader = createSummaryReader({ cache, objects, ...limits })
    assert.deepEqual([await reader.read(owner), await reader.read(owner)], [undefined, undefined])
    assert.deepEqual([lists(), lives], [1, [limits.negativeMs]])
    await projectSummary(cache, aSummary({ text: 'made since' }), 0)
    assert.equal((await reader.read(owner))?.summary.text, 'made since')
  })

  it('asks once for many readers at the same time', async () => {
    const { objects, lists } = await storeOf(aSummary())
    const reader = createSummaryReader({ objects, ...limits })
    const found = await Promise.all(Array.from({ length: 20 }, () => reader.read(owner)))
    assert.equal(lists(), 1)
    assert.ok(found.every((each) => each === found[0]))
    await reader.read(owner)
    assert.equal(lists(), 2)
  })

  it('works while the cache is away', async () => {
    const refuse = () => Promise.reject(new Fault('dependency-down', 'cache', 'away'))
    const cache = { ...inMemoryCache(), getMany: refuse, setIfNewer: refuse, setMany: refuse }
    const { objects } = await storeOf(aSummary({ text: 'from the object' }))
    const found = await createSummaryReader({ cache, objects, ...limits }).read(owner)
    assert.equal(found?.summary.text, 'from the object')
  })

  it('does not bring an erased summary back into the cache', async () => {
    const cache = inMemoryCache()
    const removed: string[] = []
    const { objects } = await storeOf(aSummary({ revision: 1n }))
    const guarded: Cache = {
      ...cache,
      // The removal of a newer revision came between the look and the answer.
      setIfNewer: (entry, revision) => {
        removed.push(`${entry.key} ${revision}`)
        return Promise.resolve(false)
      },
    }
    await createSummaryReader({ cache: guarded, objects, ...limits }).read(owner)
    assert.equal(removed.length, 1)
    assert.deepEqual(cache.texts(), {})
  })

  it('takes what it does not know for nothing', async () => {
    const cache = inMemoryCache()
    await cache.setMany([
      { key: `summary:${owner.tenantId}:${owner.documentId}`, value: Buffer.from('{"text":7}') },
    ])
    const { objects } = await storeOf(aSummary({ text: 'from the object' }))
    const found = await createSummaryReader({ cache, objects, ...limits }).read(owner)
    assert.equal(found?.summary.text, 'from the object')
  })
})
