import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { asUri, type Uri } from '../../../schemas/brands.ts'
import { createFileSourceStore } from '../../../drivers/embedded/source-store/file-source-store.ts'
import { expand } from '../../../processors/expand/expand.ts'
import { createFetch } from '../../../processors/fetch/fetch.ts'
import { fileUriOf } from '../../../topology/model/member-uri.ts'
import { defaultFetchOptions } from '../../../processors/fetch/options.ts'
import { aZip } from './a-zip.ts'

describe('fetch from folders', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'fetch-'))
    mkdirSync(join(folder, 'root'))
    writeFileSync(join(folder, 'outside.eml'), 'secret')
    writeFileSync(join(folder, 'root', 'a ü#.eml'), 'hello')
    writeFileSync(join(folder, 'root', 'locked.eml'), 'hello')
    chmodSync(join(folder, 'root', 'locked.eml'), 0)
    symlinkSync(join(folder, 'outside.eml'), join(folder, 'root', 'link.eml'))
    writeFileSync(
      join(folder, 'root', 'k.zip'),
      aZip([
        { name: 'one.eml', content: 'one' },
        { name: 'two.eml', content: Buffer.alloc(300_000, 'two ') },
      ]),
    )
    writeFileSync(join(folder, 'root', 'cut.zip'), aZip([{ name: 'one.eml', content: 'one' }]))
    truncateSync(join(folder, 'root', 'cut.zip'), 40)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const uriOf = (name: string): Uri => fileUriOf(join(folder, name))

  const fetching = async (uri: string): Promise<string> => {
    const sources = createFileSourceStore({ roots: [join(folder, 'root')], pieceBytes: 1000 })
    const outcome = await createFetch(defaultFetchOptions)({ uri: asUri(uri) }, sources)
    return outcome.kind === 'fetched' ? Buffer.from(outcome.content).toString() : outcome.code
  }

  it('reads files below a root, whatever their names', async () => {
    assert.equal(await fetching(uriOf('root/a ü#.eml')), 'hello')
    assert.equal(await fetching(`${uriOf('root/a ü#.eml')}#bytes=1-3`), 'ell')
  })

  it('refuses everything outside the roots, by name, by dots and by links', async () => {
    for (const uri of [
      'file:///etc/passwd',
      uriOf('outside.eml'),
      `${uriOf('root')}/../outside.eml`,
      `${uriOf('root')}/%2e%2e/outside.eml`,
      uriOf('root/link.eml'),
      `${uriOf('outside.eml')}#entry=x`,
    ])
      assert.equal(await fetching(uri), 'uri-not-allowed', uri)
  })

  it('answers missing files, folders and truncated zips with a code', async () => {
    assert.equal(await fetching(uriOf('root/gone.eml')), 'not-found')
    assert.equal(await fetching(uriOf('root')), 'not-a-file')
    assert.equal(await fetching(`${uriOf('root/cut.zip')}#entry=one.eml`), 'container-broken')
  })

  it('answers a file without permission with a code', async function () {
    // The superuser may read everything.
    if (process.getuid?.() === 0 || process.platform === 'win32') this.skip()
    assert.equal(await fetching(uriOf('root/locked.eml')), 'not-readable')
  })

  it('expands a zip on disk and reads each member', async () => {
    const sources = createFileSourceStore({ roots: [folder], pieceBytes: 1000 })
    const uri = uriOf('root/k.zip')
    const { bytes, modifiedAt } = await sources.stat(uri)
    const members = []
    for await (const member of expand({ uri, type: 'ZIP', bytes, modifiedAt, sources }))
      members.push(await fetching(member.uri))
    assert.deepEqual(
      members.map((content) => content.length),
      [3, 300_000],
    )
  })
})
