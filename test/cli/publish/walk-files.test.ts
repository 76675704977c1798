import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, relative, sep } from 'node:path'
import { describe, it } from 'mocha'
import { walkFiles, type FolderReader, type Found } from '../../../cli/publish/walk-files.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const all = async (found: AsyncIterable<Found>): Promise<Found[]> => {
  const list: Found[] = []
  for await (const each of found) list.push(each)
  return list
}

/** Paths with `/` to the errno with which they cannot be opened, or nothing. */
const fakeFolders = (files: Readonly<Record<string, string | undefined>>): FolderReader => {
  const paths = Object.keys(files)
  const normal = (path: string): string => path.split(sep).join('/')
  const fail = (code: string | undefined): void => {
    if (code !== undefined) throw Object.assign(new Error(code), { code })
  }
  const isFolder = (path: string): boolean => paths.some((each) => each.startsWith(`${path}/`))
  return {
    readdir: async (given) => {
      const path = normal(given)
      fail(files[path])
      const inside = paths.filter((each) => each.startsWith(`${path}/`))
      const names = new Set(inside.map((each) => each.slice(path.length + 1).split('/')[0]!))
      return [...names].map((name) => ({ name, isDirectory: () => isFolder(`${path}/${name}`) }))
    },
    stat: async (given) => {
      const path = normal(given)
      const folder = isFolder(path)
      if (!folder) fail(files[path])
      const no = (): boolean => false
      const kind = { isDirectory: () => folder, isFile: () => !folder, isFIFO: no, isSocket: no }
      return { ...kind, size: 1, mtimeMs: 5.5 }
    },
  }
}

describe('walkFiles', () => {
  const folder = temporaryFolder()
  const write = (...names: readonly string[]): void => {
    for (const name of names) {
      mkdirSync(dirname(join(folder(), name)), { recursive: true })
      writeFileSync(join(folder(), name), name)
    }
  }
  const pathsIn = (found: readonly Found[]): readonly string[] =>
    found.map(({ path }) => relative(folder(), path).split(sep).join('/'))

  it('goes in code-unit order of names, folders depth first', async () => {
    write('b.txt', 'a/z.txt', 'a/Z.txt', 'B.txt', 'a.txt', 'ä.txt')
    const found = await all(walkFiles(folder()))
    assert.deepEqual(pathsIn(found), ['B.txt', 'a/Z.txt', 'a/z.txt', 'a.txt', 'b.txt', 'ä.txt'])
    const [first] = found
    assert.equal(first?.kind === 'file' && first.bytes, 5)
  })

  it('takes a single file', async () => {
    write('a.eml')
    const found = await all(walkFiles(join(folder(), 'a.eml')))
    assert.deepEqual(pathsIn(found), ['a.eml'])
  })

  it('says what is not there', async () => {
    const path = join(folder(), 'missing')
    assert.deepEqual(await all(walkFiles(path)), [{ kind: 'unreadable', path, code: 'ENOENT' }])
  })

  it('follows links to files, and says which lead to folders and which nowhere', async function () {
    if (process.platform === 'win32') this.skip()
    write('inside/a.txt')
    symlinkSync(folder(), join(folder(), 'inside', 'round'))
    symlinkSync(join(folder(), 'inside', 'a.txt'), join(folder(), 'inside', 'b.txt'))
    symlinkSync('/no/such/file', join(folder(), 'inside', 'c.txt'))
    const found = await all(walkFiles(join(folder(), 'inside')))
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['file', 'file', 'unreadable', 'skipped'],
    )
    assert.deepEqual(pathsIn(found), [
      'inside/a.txt',
      'inside/b.txt',
      'inside/c.txt',
      'inside/round',
    ])
  })

  it('says what is no file: links to folders, pipes, sockets, devices', async function () {
    if (process.platform === 'win32') this.skip()
    write('inside/a.txt')
    const at = (name: string): string => join(folder(), 'inside', name)
    symlinkSync(folder(), at('link'))
    symlinkSync('/dev/null', at('null'))
    execFileSync('mkfifo', [at('pipe')])
    const server = createServer().listen(at('socket'))
    await once(server, 'listening')
    const found = await all(walkFiles(join(folder(), 'inside')))
    server.close()
    assert.deepEqual(
      found.flatMap((each) => (each.kind === 'skipped' ? [each.reason] : [])),
      ['folder-link', 'device', 'pipe', 'socket'],
    )
    assert.equal(found.length, 5)
  })

  it('says whose name is no UTF-8, file or folder', async function () {
    if (process.platform !== 'linux') this.skip()
    const raw = (name: string): Buffer =>
      Buffer.concat([Buffer.from(`${folder()}/`), Buffer.from(name, 'latin1')])
    writeFileSync(raw('caf\xe9.txt'), 'x')
    mkdirSync(raw('d\xfcr'))
    write('good.txt', 'caf\ufffd/good.txt')
    const found = await all(walkFiles(folder()))
    assert.deepEqual(
      found.map((each) => [each.kind, 'code' in each && each.code]),
      [
        ['file', false],
        ['unreadable', 'EILSEQ'],
        ['unreadable', 'EILSEQ'],
        ['file', false],
      ],
    )
  })

  it('gives an unpacked Slack export as one, with every file in it', async () => {
    write(
      'x/channels.json',
      'x/users.json',
      'x/general/2024-01-02.json',
      'x/general/2024-01-01.json',
    )
    write('y/notes.txt')
    const found = await all(walkFiles(folder()))
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['slack-export', 'file'],
    )
    const [slack] = found
    assert.deepEqual(slack?.kind === 'slack-export' && pathsIn(slack.files), [
      'x/channels.json',
      'x/general/2024-01-01.json',
      'x/general/2024-01-02.json',
      'x/users.json',
    ])
  })

  it('takes a folder with a list of users but no days for a folder', async () => {
    write('users.json', 'sub/notes.txt')
    const found = await all(walkFiles(folder()))
    assert.deepEqual(pathsIn(found), ['sub/notes.txt', 'users.json'])
  })

  it('says which folder cannot be read and goes on with the others', async () => {
    const reader = fakeFolders({
      '/in/a.txt': undefined,
      '/in/closed': 'EACCES',
      '/in/closed/secret.txt': undefined,
      '/in/z.txt': 'EACCES',
    })
    const found = await all(walkFiles('/in', reader))
    assert.deepEqual(
      found.map((each) => [each.kind, each.path.split(sep).join('/'), 'code' in each && each.code]),
      [
        ['file', '/in/a.txt', false],
        ['unreadable', '/in/closed', 'EACCES'],
        ['unreadable', '/in/z.txt', 'EACCES'],
      ],
    )
  })

  it('says which channel of a Slack export cannot be read and keeps the rest', async () => {
    const reader = fakeFolders({
      '/in/channels.json': undefined,
      '/in/general/2024-01-01.json': undefined,
      '/in/private': 'EACCES',
      '/in/private/2024-01-01.json': undefined,
    })
    const [slack, unreadable, ...others] = await all(walkFiles('/in', reader))
    assert.equal(slack?.kind === 'slack-export' && slack.files.length, 2)
    assert.equal(unreadable?.kind, 'unreadable')
    assert.deepEqual(others, [])
  })
})
