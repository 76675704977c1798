import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Summary } from '../../../schemas/generated/types.ts'
import { summaryKey, summarySink } from '../../../sinks/summaries/index.ts'
import { Fault } from '../../../topology/model/failure.ts'
import type { Cache } from '../../../topology/ports/cache.ts'
import { documentIdOf } from '../../builders/an-envelope.ts'
import { inMemoryCache } from '../../builders/in-memory-cache.ts'
import { aSummary } from '../../builders/outputs.ts'
import { aSinkContext, sinkRecords } from '../../builders/test-ports.ts'

const write = async (cache: Cache, summaries: readonly Summary[]): Promise<readonly string[]> => {
  const records = sinkRecords('archive.summaries', summaries)
  const outcomes = await summarySink().write(records, aSinkContext({ cache }))
  return outcomes.map((o) => (o.kind === 'dropped' ? o.reason : o.kind))
}

const key = summaryKey(aSummary())

describe('the summary cache', () => {
  it('holds the newest summary of every document', async () => {
    const cache = inMemoryCache()
    const outcomes = await write(cache, [
      aSummary({ revision: 2n, text: 'new' }),
      aSummary({ revision: 1n, text: 'old' }),
      aSummary({ documentId: documentIdOf(2) }),
    ])
    assert.deepEqual(outcomes, ['written', 'not-newer', 'written'])
    const stored = JSON.parse(cache.texts()[key]!) as Summary
    assert.equal(stored.text, 'new')
    assert.equal(Object.keys(cache.texts()).length, 2)
  })

  it('forgets an erased document, in the order of the topic', async () => {
    const cache = inMemoryCache()
    const erase = aSummary({ operation: 'ERASE', revision: 2n })
    assert.deepEqual(await write(cache, [aSummary(), erase]), ['written', 'written'])
    assert.deepEqual(cache.texts(), {})
    await write(cache, [aSummary({ revision: 3n }), erase])
    assert.deepEqual(Object.keys(cache.texts()), [key])
  })

  it('holds nothing up while the cache is away, and asks it once per batch', async () => {
    let asked = 0
    const setIfNewer = () => {
      asked += 1
      return Promise.reject(new Fault('dependency-down', 'cache', 'connection refused'))
    }
    const cache = { ...inMemoryCache(), setIfNewer }
    const summaries = [1n, 2n, 3n].map((revision) => aSummary({ revision }))
    assert.deepEqual(await write(cache, summaries), ['cache-away', 'cache-away', 'cache-away'])
    assert.equal(asked, 1)
  })

  it('sets with the first batch after the cache is back what it missed, and nothing older', async () => {
    let away = true
    const memory = inMemoryCache()
    const down = () => Promise.reject(new Fault('dependency-down', 'cache', 'connection refused'))
    const cache: Cache = {
      ...memory,
      setIfNewer: (...entry) => (away ? down() : memory.setIfNewer(...entry)),
    }
    const sink = summarySink()
    const put = (...summaries: readonly Summary[]) =>
      sink.write(sinkRecords('archive.summaries', summaries), aSinkContext({ cache }))
    const [first, second, third] = [1, 2, 3].map((n) => documentIdOf(n))
    await put(aSummary({ documentId: first!, revision: 1n, text: 'missed' }))
    await put(
      aSummary({ documentId: second!, revision: 2n, text: 'missed newer' }),
      aSummary({ documentId: second!, revision: 1n, text: 'missed older' }),
    )
    assert.deepEqual(memory.texts(), {})
    away = false
    await put(aSummary({ documentId: first!, revision: 2n, text: 'came meanwhile' }))
    await put(aSummary({ documentId: third! }))
    const texts = Object.values(memory.texts()).map((json) => (JSON.parse(json) as Summary).text)
    assert.deepEqual(texts.sort(), ['came meanwhile', aSummary().text, 'missed newer'].sort())
  })

  it('does not call an erasure done while the cache is away', async () => {
    const away = new Fault('dependency-down', 'cache', 'connection refused')
    const refuse = () => Promise.reject(away)
    const cache = { ...inMemoryCache(), setIfNewer: refuse, deleteIfNotNewer: refuse }
    const erase = aSummary({ operation: 'ERASE', revision: 2n })
    await assert.rejects(write(cache, [aSummary(), erase]), (thrown) => thrown === away)
  })

  it('lets a fatal fault and a bug through', async () => {
    for (const error of [new Fault('fatal', 'cache', 'disk full'), new TypeError('bug')]) {
      const cache = { ...inMemoryCache(), setIfNewer: () => Promise.reject(error) }
      await assert.rejects(write(cache, [aSummary()]), (thrown) => thrown === error)
    }
  })
})
