import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { createFolderObjectStore } from '../../../drivers/embedded/object-store/folder-object-store.ts'
import { asUri } from '../../../schemas/brands.ts'
import { describeObjectStore } from '../../contracts/object-store.contract.ts'
import { temporaryFolder } from './temporary-folder.ts'

for (const durability of ['power-loss', 'process-crash'] as const)
  describeObjectStore(`the folder store with durability ${durability}`, async () => {
    const folder = temporaryFolder()
    const open = () => createFolderObjectStore({ dataDir: folder.path, durability })
    return {
      store: open(),
      reopen: async () => open(),
      destroy: async () => folder.remove(),
    }
  })

describe('the folder store', () => {
  it('sweeps what a crash left half-written, and never lists it', async () => {
    const folder = temporaryFolder()
    const aside = join(folder.path, 'objects', '.tmp')
    const store = createFolderObjectStore({ dataDir: folder.path })
    writeFileSync(join(aside, 'left'), 'half')
    const names = []
    for await (const entry of store.list('')) names.push(entry.name)
    assert.deepEqual(names, [])
    createFolderObjectStore({ dataDir: folder.path })
    assert.deepEqual(readdirSync(aside), [])
    folder.remove()
  })

  it('leaves nothing aside after a put', async () => {
    const folder = temporaryFolder()
    const store = createFolderObjectStore({ dataDir: folder.path })
    await store.put('a/b', new Uint8Array([1]))
    await store.put('a/b', new Uint8Array([1]))
    assert.deepEqual(readdirSync(join(folder.path, 'objects', '.tmp')), [])
    folder.remove()
  })

  it('does not read what is outside the folder', async () => {
    const folder = temporaryFolder()
    const store = createFolderObjectStore({ dataDir: folder.path })
    await assert.rejects(store.get(asUri('file:///etc/passwd')), RangeError)
    folder.remove()
  })
})
