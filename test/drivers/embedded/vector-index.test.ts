import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { openEnvironment, tableOf } from '../../../drivers/embedded/lmdb/open-environment.ts'
import {
  createEmbeddedVectorIndex,
  openEmbeddedVectorIndexReader,
  vectorFolderOf,
} from '../../../drivers/embedded/vector-index/embedded-vector-index.ts'
import { openEmbeddedVectorRebuild } from '../../../drivers/embedded/vector-index/rebuild.ts'
import type { VectorIndex } from '../../../topology/ports/vector-index.ts'
import {
  aPoint,
  describeVectorIndex,
  documentOf,
  uuid,
} from '../../contracts/vector-index.contract.ts'
import { temporaryFolder } from './temporary-folder.ts'

describeVectorIndex('the embedded index', async () => {
  const folder = temporaryFolder()
  const open = () => createEmbeddedVectorIndex({ dataDir: folder.path })
  let index = open()
  return {
    index,
    reopen: async () => {
      await index.close()
      index = open()
      return index
    },
    destroy: async () => {
      await index.close()
      folder.remove()
    },
  }
})

const idsOf = async (index: VectorIndex): Promise<readonly string[]> => {
  const ids: string[] = []
  for await (const { id } of index.scan()) ids.push(id)
  return ids
}

describe('the embedded index', () => {
  it('can be searched by another reader while its owner works', async () => {
    const folder = temporaryFolder()
    assert.equal(await openEmbeddedVectorIndexReader(folder.path), undefined)
    const index = createEmbeddedVectorIndex({ dataDir: folder.path })
    await index.upsert([aPoint('a', 0, 1n, [1, 0])])
    const reader = await openEmbeddedVectorIndexReader(folder.path)
    assert.equal(await reader?.count(), 1)
    const matches = await reader?.search({ vector: Float32Array.from([1, 0]), limit: 5 })
    assert.deepEqual(
      matches?.map(({ id }) => id),
      [uuid('a 0')],
    )
    await reader?.close()
    await index.close()
    folder.remove()
  })

  it('keeps a document of many chunks, and removes all of its older ones', async () => {
    const folder = temporaryFolder()
    let index = createEmbeddedVectorIndex({ dataDir: folder.path })
    const chunks = (count: number, revision: bigint) =>
      Array.from({ length: count }, (_, ordinal) => aPoint('long', ordinal, revision, [ordinal, 1]))
    await index.upsert([aPoint('other', 0, 1n, [1, 1])])
    await index.upsert(chunks(700, 1n))
    await index.upsert(chunks(300, 2n))
    await index.close()
    index = createEmbeddedVectorIndex({ dataDir: folder.path })
    await index.removeOlder(new Map([[documentOf('long'), 2n]]))
    assert.equal(await index.count(), 301)
    await index.upsert(chunks(700, 1n))
    assert.equal(await index.count(), 301)
    await index.upsert(chunks(650, 3n))
    assert.equal(await index.count(), 651)
    await index.removeDocuments(new Map([[documentOf('long'), 3n]]))
    assert.equal(await index.count(), 1)
    await index.close()
    folder.remove()
  })

  it('takes new points after the last ones were removed and it was opened again', async () => {
    const folder = temporaryFolder()
    let index = createEmbeddedVectorIndex({ dataDir: folder.path })
    await index.upsert(['a', 'b', 'c'].map((name) => aPoint(name, 0, 1n, [1, 0])))
    await index.removeDocuments(new Map([[documentOf('c'), 1n]]))
    await index.close()
    index = createEmbeddedVectorIndex({ dataDir: folder.path })
    await index.upsert([aPoint('d', 0, 1n, [1, 0]), aPoint('a', 0, 2n, [0, 1])])
    const names = ['a', 'b', 'd'].map((name) => uuid(`${name} 0`)).toSorted()
    assert.deepEqual(await idsOf(index), names)
    await index.close()
    folder.remove()
  })

  it('refuses the layout of an earlier version, says what to do, and leaves it as it is', async () => {
    const folder = temporaryFolder()
    const environment = openEnvironment(vectorFolderOf(folder.path))
    for (const name of ['points', 'documents', 'heads', 'settings']) tableOf(environment, name)
    const head = Buffer.from(documentOf('a'))
    await environment.transact(() => tableOf(environment, 'heads').putSync(head, Buffer.alloc(8)))
    await environment.close()
    const refusal = (error: Error): boolean =>
      error.message.includes('has layout 1, and this version reads and writes layout 2') &&
      error.message.includes(`\`archive-streams vectors rebuild --data-dir ${folder.path}\``)
    assert.throws(() => createEmbeddedVectorIndex({ dataDir: folder.path }), refusal)
    await assert.rejects(openEmbeddedVectorIndexReader(folder.path), refusal)
    assert.throws(() => createEmbeddedVectorIndex({ dataDir: folder.path }), refusal)
    const rebuild = await openEmbeddedVectorRebuild(folder.path)
    await rebuild.index.upsert([aPoint('a', 0, 1n, [1, 0])])
    await rebuild.putInPlace()
    await rebuild.close()
    const index = createEmbeddedVectorIndex({ dataDir: folder.path })
    assert.equal(await index.count(), 1)
    await index.close()
    folder.remove()
  })
})
