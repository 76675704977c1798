import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { createQdrantVectorIndex } from '../../../drivers/qdrant/qdrant-vector-index.ts'
import type { VectorIndex } from '../../../topology/ports/vector-index.ts'
import { aPoint, describeVectorIndex, documentOf } from '../../contracts/vector-index.contract.ts'
import { vectorEngine } from '../../services/services.ts'
import { clientOf, optionsAt, removeAll } from './open-index.ts'
import { startProxy } from './proxy.ts'

const once = (work: () => Promise<void>): (() => Promise<void>) & { called: () => boolean } => {
  let done = false
  const run = async (): Promise<void> => {
    if (done) return
    done = true
    await work()
  }
  return Object.assign(run, { called: () => done })
}

describeVectorIndex('Qdrant', async () => {
  const { address } = await vectorEngine()
  const options = optionsAt(address)
  let index = await createQdrantVectorIndex(options)
  return {
    index,
    reopen: async () => {
      await index.close()
      index = await createQdrantVectorIndex(options)
      return index
    },
    destroy: async () => {
      await index.close()
      await removeAll(address, options.prefix)
    },
  }
})

describe('the vector index in Qdrant', () => {
  let url: string
  const prefixes = new Set<string>()
  const open: VectorIndex[] = []
  before(async () => {
    url = (await vectorEngine()).address
  })
  after(async () => {
    for (const each of open) await each.close()
    for (const prefix of prefixes) await removeAll(url, prefix)
  })
  const opened = async (changes: Parameters<typeof optionsAt>[1] = {}) => {
    const options = optionsAt(url, changes)
    prefixes.add(options.prefix)
    const index = await createQdrantVectorIndex(options)
    open.push(index)
    return { index, options, client: clientOf(url) }
  }
  const query = Float32Array.from([1, 0, 0, 0])

  it('gives searchers an alias, and each model version a collection of its own', async () => {
    const { options, client } = await opened()
    await opened({ prefix: options.prefix, model: { name: 'model', version: '2.0.0' } })
    const { aliases } = await client.getAliases()
    const named = aliases
      .filter(({ alias_name }) => alias_name.startsWith(options.prefix))
      .map((each) => [each.alias_name, each.collection_name])
    const { prefix } = options
    assert.deepEqual(named.toSorted(), [
      [prefix, `${prefix}.model.1.0.0.g1`],
      [`${prefix}.model.1.0.0`, `${prefix}.model.1.0.0.g1`],
      [`${prefix}.model.2.0.0`, `${prefix}.model.2.0.0.g1`],
    ])
  })

  it('indexes what is searched by, tenants apart', async () => {
    const { options, client } = await opened({
      collection: { quantisation: 'scalar', onDisk: true, graph: 'per-tenant' },
    })
    const info = await client.getCollection(options.prefix)
    const { payload_schema: schema, config } = info
    const fields = ['documentId', 'revision', 'sentAt', 'tenantId', 'type']
    assert.deepEqual(Object.keys(schema).toSorted(), fields)
    assert.equal(JSON.stringify(schema['tenantId']).includes('"is_tenant":true'), true)
    assert.ok(JSON.stringify(config.quantization_config).includes('int8'))
  })

  it('holds no text, and no more of a payload than the port has', async () => {
    const { index, options, client } = await opened()
    await index.upsert([aPoint('a', 0, 7n, [1, 0, 0, 0], { sentAt: 5 })])
    const { points } = await client.scroll(options.prefix, { with_payload: true })
    assert.deepEqual(Object.keys(points[0]?.payload ?? {}).toSorted(), [
      'chunkId',
      'chunkSetUri',
      'documentId',
      'ordinal',
      'revision',
      'sentAt',
      'tenantId',
      'type',
    ])
  })

  it('tells revisions apart that a float does not', async () => {
    const { index } = await opened()
    const large = 2n ** 60n
    await index.upsert([aPoint('a', 0, large + 1n, [1, 0, 0, 0])])
    await index.upsert([aPoint('a', 0, large, [0, 1, 0, 0])])
    const [kept] = await index.search({ vector: query, limit: 1 })
    assert.equal(kept?.payload.revision, large + 1n)
    await index.upsert([aPoint('a', 0, large + 2n, [0, 1, 0, 0])])
    const [replaced] = await index.search({ vector: query, limit: 1 })
    assert.equal(replaced?.payload.revision, large + 2n)
    await index.removeOlder(new Map([[documentOf('a'), large + 2n]]))
    assert.equal(await index.count(), 1)
    await index.removeOlder(new Map([[documentOf('a'), large + 3n]]))
    assert.equal(await index.count(), 0)
    await index.upsert([aPoint('a', 0, large + 2n, [0, 1, 0, 0])])
    assert.equal(await index.count(), 0)
  })

  it('finds the same after the engine has quantised', async () => {
    const { index } = await opened({
      collection: { quantisation: 'binary', onDisk: false, graph: 'shared' },
    })
    await index.upsert([aPoint('near', 0, 1n, [5, 1, 0, 0]), aPoint('far', 0, 1n, [0, 9, 0, 0])])
    const [first] = await index.search({ vector: query, limit: 1 })
    assert.equal(first?.payload.documentId, documentOf('near'))
  })

  it('erases from the collections of other model versions too', async () => {
    const one = await opened()
    const { prefix } = one.options
    const two = await opened({ prefix, model: { name: 'model', version: '2.0.0' } })
    await one.index.upsert([aPoint('a', 0, 1n, [1, 0, 0, 0])])
    await two.index.removeDocuments(new Map([[documentOf('a'), 1n]]))
    assert.equal(await one.index.count(), 0)
  })

  it('lets a process that was left behind bring nothing back, in whatever order', async () => {
    const one = await opened()
    const late = await opened({ prefix: one.options.prefix })
    const older = [0, 1, 2].map((ordinal) => aPoint('a', ordinal, 1n, [1, 0, 0, 0]))
    await Promise.all([
      late.index.upsert(older),
      one.index
        .upsert([aPoint('a', 0, 2n, [1, 0, 0, 0])])
        .then(() => one.index.removeOlder(new Map([[documentOf('a'), 2n]]))),
      late.index.upsert(older),
    ])
    const left: string[] = []
    for await (const { payload } of one.index.scan())
      left.push(`${payload.ordinal}@${payload.revision}`)
    assert.deepEqual(left, ['0@2'])
  })

  it('takes back what it wrote after another process had removed it', async () => {
    const one = await opened()
    const removed = once(async () => {
      await one.index.upsert([aPoint('a', 0, 2n, [1, 0, 0, 0])])
      await one.index.removeOlder(new Map([[documentOf('a'), 2n]]))
    })
    // Between its look at the heads and its write.
    const proxy = await startProxy(url, async (path) => {
      if (path.includes('.g1/') || path.includes('model.1.0.0/points/batch')) await removed()
    })
    const late = await createQdrantVectorIndex({ ...one.options, url: proxy.url })
    try {
      await late.upsert([0, 1, 2].map((ordinal) => aPoint('a', ordinal, 1n, [1, 0, 0, 0])))
    } finally {
      await late.close()
      await proxy.stop()
    }
    assert.ok(removed.called())
    assert.equal(await one.index.count(), 1)
  })

  it('is empty for who only looks before anything was written, and makes nothing', async () => {
    const { index, options, client } = await opened({ readOnly: true })
    assert.deepEqual(await index.search({ vector: query, limit: 1 }), [])
    assert.equal(await index.count(), 0)
    const { collections } = await client.getCollections()
    assert.ok(!collections.some(({ name }) => name.startsWith(options.prefix)))
  })

  it('keeps everything when the server is killed', async function () {
    const { native } = await vectorEngine()
    // A given server, or one in a container, is not ours to kill.
    if (!native) return this.skip()
    const { index } = await opened()
    await index.upsert([aPoint('a', 0, 2n, [1, 0, 0, 0])])
    await index.removeOlder(new Map([[documentOf('a'), 2n]]))
    await native.restart()
    await index.upsert([aPoint('a', 1, 1n, [1, 0, 0, 0])])
    assert.equal(await index.count(), 1)
  })
})
