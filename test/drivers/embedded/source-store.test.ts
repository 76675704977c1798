import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, it } from 'mocha'
import { createFileSourceStore } from '../../../drivers/embedded/source-store/file-source-store.ts'
import { asUri } from '../../../schemas/brands.ts'
import { SourceError } from '../../../topology/ports/source-store.ts'
import { describeSourceStore, sourceBytes } from '../../contracts/source-store.contract.ts'
import { temporaryFolder } from './temporary-folder.ts'

const uriOf = (...parts: readonly string[]) => asUri(pathToFileURL(join(...parts)).href)

describeSourceStore('the file store', async () => {
  const folder = temporaryFolder()
  const root = join(folder.path, 'archive')
  mkdirSync(join(root, 'inside'), { recursive: true })
  mkdirSync(join(folder.path, 'archive-secret'))
  writeFileSync(join(root, 'a file.bin'), sourceBytes)
  writeFileSync(join(folder.path, 'archive-secret', 'x'), 'secret')
  symlinkSync(join(folder.path, 'archive-secret'), join(root, 'way-out'))
  const rootUri = pathToFileURL(root).href
  return {
    store: createFileSourceStore({ roots: [root] }),
    uri: uriOf(root, 'a file.bin'),
    missing: uriOf(root, 'missing'),
    folder: uriOf(root, 'inside'),
    forbidden: {
      'another file': asUri('file:///etc/passwd'),
      'a file that is not there': asUri('file:///nowhere/at/all'),
      dots: asUri(`${rootUri}/../archive-secret/x`),
      'encoded dots': asUri(`${rootUri}/%2e%2e/archive-secret/x`),
      'a folder that begins like the root': uriOf(folder.path, 'archive-secret', 'x'),
      'a symbolic link': uriOf(root, 'way-out', 'x'),
      'the folder above': uriOf(folder.path),
      'another host': asUri(`file://server${root}/a%20file.bin`),
      'a UNC path': asUri('file:////server/share/x'),
      'another scheme': asUri('http://localhost/a'),
    },
    destroy: async () => folder.remove(),
  }
})

describe('the file store', () => {
  const codeFor = (store: ReturnType<typeof createFileSourceStore>, uri: string) =>
    store.stat(asUri(uri)).then(
      () => 'read',
      (error: unknown) => (error instanceof SourceError ? error.code : String(error)),
    )

  it('refuses separators that hide behind percent signs', async () => {
    const store = createFileSourceStore({ roots: ['/'] })
    for (const hidden of ['%2F', '%2f', '%00', ...(process.platform === 'win32' ? ['%5C'] : [])])
      assert.equal(await codeFor(store, `file:///etc/..${hidden}x`), 'uri-invalid')
  })

  it('reads a file with a backslash in its name, and lets none lead out', async function () {
    if (process.platform === 'win32') this.skip()
    const folder = temporaryFolder()
    mkdirSync(join(folder.path, 'in'))
    writeFileSync(join(folder.path, 'in', 'a\\b.txt'), 'x')
    writeFileSync(join(folder.path, 'out.txt'), 'x')
    const store = createFileSourceStore({ roots: [join(folder.path, 'in')] })
    const root = pathToFileURL(join(folder.path, 'in')).href
    assert.equal(await codeFor(store, `${root}/a%5Cb.txt`), 'read')
    assert.equal(await codeFor(store, `${root}/..%5Cout.txt`), 'not-found')
    folder.remove()
  })

  it('reads a file below a link that leads to another allowed folder', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder.path, 'a'))
    mkdirSync(join(folder.path, 'b'))
    writeFileSync(join(folder.path, 'b', 'x'), 'x')
    symlinkSync(join(folder.path, 'b'), join(folder.path, 'a', 'link'))
    const roots = [join(folder.path, 'a'), join(folder.path, 'b')]
    const store = createFileSourceStore({ roots })
    assert.equal(await codeFor(store, uriOf(folder.path, 'a', 'link', 'x')), 'read')
    folder.remove()
  })

  it('says that a file without permission cannot be read', async function () {
    if (process.getuid?.() === 0 || process.platform === 'win32') this.skip()
    const folder = temporaryFolder()
    writeFileSync(join(folder.path, 'x'), 'x')
    chmodSync(join(folder.path, 'x'), 0)
    const store = createFileSourceStore({ roots: [folder.path] })
    const pieces = store.read(uriOf(folder.path, 'x'))[Symbol.asyncIterator]()
    await assert.rejects(
      Promise.resolve(pieces.next()),
      (error) => error instanceof SourceError && error.code === 'not-readable',
    )
    folder.remove()
  })
})
