import assert from 'node:assert/strict'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import {
  asObjectFault,
  createFolderObjectStore,
} from '../../../drivers/embedded/object-store/folder-object-store.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { asUri } from '../../../schemas/brands.ts'
import { describeObjectStore } from '../../contracts/object-store.contract.ts'
import { temporaryFolder } from './temporary-folder.ts'

for (const durability of ['power-loss', 'process-crash'] as const)
  describeObjectStore(
    `the folder store with durability ${durability}`,
    async () => {
      const folder = temporaryFolder()
      const open = () =>
        createFolderObjectStore({ dataDir: folder.path, durability, memoryBytes: 0 })
      let store = open()
      return {
        store,
        reopen: async () => {
          await store.close()
          store = open()
          return store
        },
        destroy: async () => {
          await store.close()
          folder.remove()
        },
      }
    },
    { many: durability === 'process-crash' },
  )

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

  it('leaves alone what another store of the process is writing, when it stands beside it', async () => {
    const folder = temporaryFolder()
    createFolderObjectStore({ dataDir: folder.path })
    const aside = join(folder.path, 'objects', '.tmp')
    writeFileSync(join(aside, 'under-way'), 'half')
    const beside = createFolderObjectStore({ dataDir: folder.path, beside: true })
    await beside.put('a/b', new Uint8Array([1]))
    assert.deepEqual(readdirSync(aside), ['under-way'])
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

  it('remembers what was put, by copies', async () => {
    const folder = temporaryFolder()
    const store = createFolderObjectStore({ dataDir: folder.path })
    const bytes = new Uint8Array([1, 2, 3])
    await store.put('a', bytes)
    bytes.fill(9)
    rmSync(join(folder.path, 'objects', 'a'))
    const first = await store.get(store.uriOf('a'))
    first?.fill(8)
    assert.deepEqual([...((await store.get(store.uriOf('a'), { start: 1, end: 9 })) ?? [])], [2, 3])
    await store.remove(store.uriOf('a'))
    assert.equal(await store.get(store.uriOf('a')), undefined)
    await store.close()
    folder.remove()
  })

  for (const code of ['ENOSPC', 'EROFS', 'EACCES', 'EPERM', 'EXDEV'])
    it(`takes ${code} for fatal: no document is at fault`, () => {
      const fault = asObjectFault(Object.assign(new Error('x'), { code }), 'written', '/a')
      assert.ok(fault instanceof Fault && fault.kind === 'fatal')
      assert.equal(
        fault.message,
        code === 'ENOSPC'
          ? 'objects cannot be written in /a: ENOSPC; make room and start again'
          : `objects cannot be written in /a: ${code}`,
      )
    })

  it('does not read what is outside the folder', async () => {
    const folder = temporaryFolder()
    const store = createFolderObjectStore({ dataDir: folder.path })
    await assert.rejects(store.get(asUri('file:///etc/passwd')), RangeError)
    folder.remove()
  })
})
