import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { documentIdFor } from '../../cli/document-id-for.ts'
import { uriOfPath } from '../../cli/uri-of-path.ts'
import type { JobReport } from '../../cli/job/report.ts'
import type { ChunkPlaces } from '../../cli/read/document.ts'
import { linesOf, runProgram } from './run-program.ts'
import { temporaryFolder } from './temporary-folder.ts'

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0])

describe('commands that look at an archive', () => {
  const folder = temporaryFolder()
  const at = (...args: readonly string[]) => [...args, '--data-dir', join(folder(), 'data')]
  const file = (name: string): string => join(folder(), 'source #1', name)

  it('say that there is no archive yet', async () => {
    for (const args of [['status'], ['dlq', 'ls'], ['search', 'x'], ['show', 'x']]) {
      const said = await runProgram(at(...args))
      assert.equal(said.code, 1)
      assert.match(
        said.err,
        /holds no archive yet; "archive-streams start --source PATH" makes one\n$/,
      )
    }
  })

  it('say that the data folder is a file', async () => {
    writeFileSync(join(folder(), 'data'), '')
    for (const args of [['status'], ['dlq', 'ls'], ['search', 'x'], ['publish', 'x'], ['run']]) {
      const said = await runProgram(at(...args))
      assert.equal(said.code, 74)
      assert.match(said.err, /data is a file, not a folder; choose another with --data-dir\n$/)
    }
  })

  it('say of a start why its sources cannot be read, and make no data folder', async function () {
    if (process.platform === 'win32') this.skip()
    symlinkSync('round', join(folder(), 'round'))
    const [none, round] = ['none', 'round'].map((name) => join(folder(), name))
    const said = await runProgram(at('start', '--source', none!, '--source', round!))
    assert.equal(said.code, 1)
    const problems = `no such file or folder: ${none}; cannot read ${round} (ELOOP)`
    assert.equal(said.err, `archive-streams: ${problems}; look at --source\n`)
    assert.ok(!existsSync(join(folder(), 'data')))
  })

  it('end with the code of the data folder when its vector index cannot be written', async () => {
    mkdirSync(join(folder(), 'data'))
    writeFileSync(join(folder(), 'data', 'vectors'), '')
    const said = await runProgram(at('start', '--source', folder()))
    assert.equal(said.code, 74)
    assert.match(said.err, /vectors cannot be written: EEXIST\n$/)
  })

  it('ask for words to search for', async () => {
    for (const words of ['', '  ', '?!']) {
      const said = await runProgram(at('search', words))
      assert.equal(said.code, 2)
      assert.match(said.err, /search for words: give at least one letter or digit/)
    }
  })

  it('say that nothing was embedded yet', async () => {
    mkdirSync(join(folder(), 'source #1'))
    writeFileSync(file('a.txt'), 'The shipment is delayed.')
    await runProgram(at('publish', file('a.txt')))
    const said = await runProgram(at('search', 'shipment'))
    assert.equal(said.code, 0)
    assert.match(said.out, /^the archive has no vectors yet/)
    const json = await runProgram(at('search', 'shipment', '--json'))
    assert.deepEqual(linesOf(json), [{ hits: [], vectors: 0 }])
  })

  it('tell how many tokens the header before a chunk has', async function () {
    this.timeout(60_000)
    mkdirSync(join(folder(), 'source #1'))
    writeFileSync(file('m.eml'), 'From: a@example.com\nSubject: Thank you\n\nLunch is at noon.\n')
    const args = ['start', '--json', '--log', 'error', '--source', join(folder(), 'source #1')]
    await runProgram(at(...args, '--set', 'chunk.header=subject'))
    assert.match((await runProgram(at('show', file('m.eml')))).out, / tokens and 2 of its header; /)
    await runProgram(at(...args))
    const [story] = linesOf(await runProgram(at('show', file('m.eml'), '--json')))
    const revisions = story!['revisions'] as { chunks: ChunkPlaces[] }[]
    assert.deepEqual(
      revisions.map(({ chunks }) => chunks.map(({ headerTokens }) => headerTokens)),
      [[2], [0]],
    )
  })

  it('find documents by path, their dead letters, and their words', async function () {
    this.timeout(60_000)
    mkdirSync(join(folder(), 'source #1'))
    writeFileSync(file('a b.txt'), 'The shipment is delayed. Call +44 20 7946 0958.')
    writeFileSync(file('c.txt'), 'Lunch is at noon.')
    writeFileSync(file('one.png'), png)
    writeFileSync(file('two.png'), png)
    const args = ['start', '--json', '--log', 'error', '--source', join(folder(), 'source #1')]
    const started = await runProgram(at(...args))
    assert.equal(started.code, 0)
    const report = JSON.parse(started.out) as JobReport
    assert.deepEqual(report.documents, { published: 4, delivered: 2, dropped: 0, dead: 2 })
    assert.deepEqual(report.droppedReasons, {})
    assert.deepEqual(report.redacted, { PHONE_NUMBER: 1 })

    const groups = linesOf(await runProgram(at('dlq', 'ls', '--json')))[0]
    const [group, ...others] = groups!['deadLetters'] as {
      count: number
      fingerprint: string
      firstUri: string
    }[]
    assert.equal(group?.count, 2)
    const pictures: readonly string[] = ['one.png', 'two.png'].map((name) => uriOfPath(file(name)))
    assert.ok(pictures.includes(group?.firstUri ?? ''))
    const table = await runProgram(at('dlq', 'ls'))
    assert.match(table.out, new RegExp(`  ${group?.firstUri}\\n`))
    assert.deepEqual(others, [])
    const flat = linesOf(await runProgram(at('dlq', 'ls', '--all', '--json')))
    assert.deepEqual(
      flat.map(({ documentId }) => documentId).toSorted(),
      ['one.png', 'two.png'].map((name) => documentIdFor(file(name), 'default')).toSorted(),
    )
    assert.deepEqual(flat.map(({ uri }) => uri).toSorted(), pictures)
    const lines = await runProgram(at('dlq', 'ls', '--all'))
    for (const uri of pictures) assert.ok(lines.out.includes(`  ${uri}  `))
    const byPath = linesOf(await runProgram(at('dlq', 'show', file('one.png'), '--json')))
    assert.deepEqual(
      byPath.map(({ code, uri }) => [code, uri]),
      [['unsupported-format', uriOfPath(file('one.png'))]],
    )
    const byCause = linesOf(await runProgram(at('dlq', 'show', group?.fingerprint ?? '', '--json')))
    assert.equal(byCause.length, 2)
    const people = await runProgram(at('dlq', 'ls', '--group-by', 'disposition'))
    assert.match(
      people.out,
      /^count +disposition +first +first document\n +2 +UNREADABLE +\S+ +file:/,
    )

    for (const name of [file('a b.txt'), uriOfPath(file('a b.txt'))]) {
      const [story] = linesOf(await runProgram(at('show', name, '--json')))
      assert.equal(story?.['documentId'], documentIdFor(file('a b.txt'), 'default'))
      assert.ok(!JSON.stringify(story).includes('7946'))
      const [revision] = story!['revisions'] as [{ text: { text: string }; chunks: ChunkPlaces[] }]
      const [chunk] = revision.chunks
      assert.equal(revision.chunks.length, 1)
      assert.equal(chunk!.end, revision.text.text.length)
      assert.equal(chunk!.sourceEnd, readFileSync(file('a b.txt'), 'utf8').length)
      assert.notEqual(chunk!.sourceEnd, chunk!.end)
      const shown = await runProgram(at('show', name))
      const places = `units 0-${chunk!.end}, bytes 0-${chunk!.endByte}, code points 0-${chunk!.end}`
      assert.ok(shown.out.includes(`${places}, source units 0-${chunk!.sourceEnd}\n`))
    }
    const unknown = await runProgram(at('show', file('none.txt')))
    assert.equal(unknown.code, 1)
    assert.match(unknown.err, /nothing was published from .*none\.txt/)
    assert.doesNotMatch(unknown.err, /[0-9a-f]{8}-/)

    const [found] = linesOf(await runProgram(at('search', 'delayed', 'shipment', '--json')))
    const [hit] = found!['hits'] as {
      documentId: string
      uri: string
      snippet: { text: string; highlights: [number, number][] }
    }[]
    assert.equal(hit?.documentId, documentIdFor(file('a b.txt'), 'default'))
    assert.equal(hit?.uri, uriOfPath(file('a b.txt')))
    const forPeople = await runProgram(at('search', 'delayed', 'shipment'))
    assert.ok(forPeople.out.includes(`\n       ${hit?.uri}\n`))
    assert.deepEqual(
      hit?.snippet.highlights.map(([start, end]) => hit.snippet.text.slice(start, end)),
      ['shipment', 'delayed'],
    )
    const other = await runProgram(at('search', 'delayed', 'shipment', '--tenant', 'other'))
    assert.equal(other.out, 'nothing found\n')

    const again = await runProgram(at(...args))
    assert.equal(again.code, 0)
    const second = JSON.parse(again.out) as JobReport
    assert.deepEqual(second.documents, { published: 4, delivered: 0, dropped: 4, dead: 0 })
  })
})
