import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'mocha'
import { asUri } from '../../../schemas/brands.ts'
import type { Summary } from '../../../schemas/generated/types.ts'
import { storeSummary } from '../../../sinks/summaries/index.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { aProducedBy } from '../../builders/a-document-event.ts'
import { documentIdOf } from '../../builders/an-envelope.ts'
import {
  inMemoryObjectStore,
  type InMemoryObjectStore,
} from '../../builders/in-memory-object-store.ts'
import { aSummary } from '../../builders/outputs.ts'
import { aStageContext } from '../../builders/test-ports.ts'

const run = async (objects: InMemoryObjectStore, summary: Summary): Promise<Summary> => {
  const outcome = await storeSummary().run(summary, aStageContext({ objects }))
  assert.ok(outcome.kind === 'forward')
  assert.equal(outcome.values.length, 1)
  return outcome.values[0]!
}

describe('store-summary', () => {
  it('stores the summary as canonical JSON and fills in where it is and its hash', async () => {
    const objects = inMemoryObjectStore()
    const stored = await run(objects, aSummary({ revision: 9_007_199_254_740_993n }))
    const [[name, bytes]] = [...objects.objects] as [[string, Uint8Array]]
    assert.match(
      name,
      /^summaries\/acme\/00\/00000000-0000-5000-8000-000000000001\.00009007199254740993\.hash-384-[0-9a-f]{12}\.json$/,
    )
    assert.equal(stored.summaryUri, objects.uriOf(name))
    assert.equal(stored.sha256, createHash('sha256').update(bytes).digest('hex'))
    const text = Buffer.from(bytes).toString('utf8')
    assert.match(text, /^\{"archivedAt":\d+,"citations":\[\],"documentId":/)
    const parsed = JSON.parse(text) as Record<string, unknown>
    assert.equal(parsed['revision'], '9007199254740993')
    assert.equal(parsed['text'], 'Somebody says hello.')
    assert.equal('summaryUri' in parsed, false)
  })

  it('keeps the first answer when the model answers otherwise after a crash', async () => {
    const objects = inMemoryObjectStore()
    const first = await run(objects, aSummary())
    const second = await run(objects, aSummary({ text: 'Other words.', tokensOut: 9 }))
    assert.deepEqual(second, first)
    assert.equal(objects.objects.size, 1)
  })

  it('keeps the first answer, and who gave it, when a fallback took over before a crash and not after it', async () => {
    const objects = inMemoryObjectStore()
    const meant = aSummary({
      points: [{ text: 'Hello.', citations: [] }],
      producedBy: { ...aSummary().producedBy, promptHash: 'p' },
    })
    const fallback = { code: 'c', model: 'hash-384', modelVersion: '1', promptHash: 'p' }
    const producedBy = {
      ...meant.producedBy,
      model: 'lexrank',
      modelVersion: '3',
      promptHash: null,
    }
    const instead = { ...meant, text: 'Taken whole.', points: [], fallback, producedBy }
    const first = await run(objects, instead)
    assert.deepEqual(await run(objects, meant), first)
    assert.equal(objects.objects.size, 1)
  })

  it('reads what was stored before there were citations', async () => {
    const objects = inMemoryObjectStore()
    const { citations: _, points: __, fallback: ___, ...before } = aSummary()
    const first = await run(objects, before as Summary)
    assert.deepEqual(await run(objects, aSummary({ text: 'Other words.' })), {
      ...first,
      citations: [],
      points: [],
      fallback: null,
    })
  })

  it('stores another summary where the prepared text, the prompt or the model is another', async () => {
    const objects = inMemoryObjectStore()
    await run(objects, aSummary())
    await run(objects, aSummary({ preparedUri: asUri('memory:///prepared/b.avro'), text: 'b' }))
    for (const changes of [{ promptHash: 'p' }, { modelVersion: '2' }, { model: 'other' }]) {
      const { producedBy } = aSummary()
      await run(objects, aSummary({ text: 'c', producedBy: { ...producedBy, ...changes } }))
    }
    assert.equal(objects.objects.size, 5)
  })

  it('names the object alike wherever the store is', async () => {
    const objects = inMemoryObjectStore()
    await run(objects, aSummary({ preparedUri: asUri('file:///a/prepared/x.avro') }))
    const [name] = [...objects.objects.keys()]
    const other = inMemoryObjectStore()
    await run(other, aSummary({ preparedUri: asUri('s3://bucket/prepared/x.avro') }))
    assert.deepEqual([...other.objects.keys()], [name])
  })

  it('removes the objects of an erased document up to its revision, and no others', async () => {
    const objects = inMemoryObjectStore()
    for (const revision of [1n, 2n, 3n]) await run(objects, aSummary({ revision }))
    await run(objects, aSummary({ documentId: documentIdOf(2) }))
    const erase = aSummary({ operation: 'ERASE', revision: 2n, preparedUri: null, text: '' })
    assert.deepEqual(await run(objects, erase), erase)
    assert.deepEqual(
      [...objects.objects.keys()].map((name) => name.split('/')[3]!.split('.').slice(0, 2)),
      [
        [documentIdOf(1), '00000000000000000003'],
        [documentIdOf(2), '00000000000000000001'],
      ],
    )
  })

  it('lets a full disk through', async () => {
    const full = new Fault('fatal', 'object-store', 'no space left on device')
    const objects = { ...inMemoryObjectStore(), put: () => Promise.reject(full) }
    await assert.rejects(run(objects, aSummary()), (error) => error === full)
  })

  it('works for a summary without a model', async () => {
    const objects = inMemoryObjectStore()
    await run(objects, aSummary({ producedBy: aProducedBy(), status: 'EMPTY', text: '' }))
    assert.match([...objects.objects.keys()][0]!, /\.none-[0-9a-f]{12}\.json$/)
  })
})
