import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { documentIdFor } from '../../cli/document-id-for.ts'
import { runProgram } from './run-program.ts'
import { temporaryFolder } from './temporary-folder.ts'

interface Hit {
  readonly documentId: string
  readonly similarity: number | null
  readonly words: number | null
  readonly sentAt: number | null
  readonly snippet: { readonly text: string }
}

const mail = `From: Ann <ann@example.com>
To: Bob <bob@example.com>
Subject: Airships
Date: Fri, 31 May 2024 12:00:00 +0000
Message-ID: <1@example.com>
Content-Type: text/plain

The zeppelin is\u001b[31m late.
`

describe('search', () => {
  const folder = temporaryFolder()
  const at = (...args: readonly string[]) => [...args, '--data-dir', join(folder(), 'data')]
  const file = (name: string): string => join(folder(), 'source', name)
  const start = async (): Promise<void> => {
    const source = join(folder(), 'source')
    const said = await runProgram(at('start', '--log', 'error', '--source', source))
    assert.equal(said.code, 0, said.err)
  }
  const hits = async (...args: readonly string[]): Promise<readonly Hit[]> => {
    const said = await runProgram(at('search', '--json', ...args))
    assert.equal(said.code, 0, said.err)
    return (JSON.parse(said.out) as { readonly hits: readonly Hit[] }).hits
  }

  it('finds by vectors, by words and by both, filters, and nothing of what was erased', async function () {
    this.timeout(60_000)
    mkdirSync(join(folder(), 'source'))
    writeFileSync(file('airships.eml'), mail)
    writeFileSync(file('lunch.txt'), 'Lunch is at noon. The ferry is late.')
    await start()
    const airships = documentIdFor(file('airships.eml'), 'default')

    const both = await hits('late', 'zeppelin')
    assert.deepEqual(
      both.map(({ documentId }) => documentId),
      [airships, documentIdFor(file('lunch.txt'), 'default')],
    )
    assert.ok(both.every(({ similarity, words }) => (similarity ?? 0) > 0 && (words ?? 0) > 0))
    assert.ok(both[0]?.snippet.text.includes('zeppelin'))

    const [byWords, ...others] = await hits('--by', 'words', 'ZEPPELIN')
    assert.deepEqual(others, [])
    assert.equal(byWords?.documentId, airships)
    assert.equal(byWords.similarity, null)
    assert.equal(byWords.sentAt, Date.parse('2024-05-31T12:00:00Z'))
    const byVector = await hits('--by', 'vector', 'zeppelin')
    assert.ok(byVector.every(({ words }) => words === null))

    const zeppelin = at('search', '--by', 'words', 'zeppelin')
    const shone = await runProgram(zeppelin, '', true)
    const bold = 'The \u001b[1mzeppelin\u001b[22m is\ufffd[31m late.\n'
    assert.ok(shone.out.endsWith(`\n       ${bold}`), shone.out)
    assert.match((await runProgram(zeppelin)).out, /\n {7}The zeppelin is\ufffd\[31m late\.\n/)

    const filtered = async (...filter: readonly string[]) =>
      (await hits('--by', 'words', 'late', ...filter)).map(({ documentId }) => documentId)
    assert.deepEqual(await filtered('--to', '2024-05-31'), [airships])
    assert.deepEqual(await filtered('--from', '2024-05-31T12:00:01Z'), [])
    assert.deepEqual(await filtered('--type', 'message/rfc822'), [airships])
    assert.deepEqual(await filtered('--document', file('airships.eml')), [airships])
    assert.equal((await filtered()).length, 2)

    assert.equal((await runProgram(at('publish', '--erase', file('airships.eml')))).code, 0)
    writeFileSync(file('airships.eml'), '')
    const said = await runProgram(at('start', '--log', 'error', '--source', file('lunch.txt')))
    assert.equal(said.code, 0, said.err)
    assert.deepEqual(await hits('--by', 'words', 'zeppelin'), [])
    assert.equal((await hits('late')).length, 1)
    const shown = await runProgram(at('show', file('airships.eml')))
    assert.match(shown.out, /^document \S+\nerased with revision \d+\n/)
    assert.doesNotMatch(shown.out, /summary by/)
    const kept = await runProgram(at('show', file('lunch.txt')))
    assert.doesNotMatch(kept.out, /erased/)
    assert.match(kept.out, /\nsummary by \S+: \S/)
  })

  it('refuses dates that nothing lies between', async () => {
    const said = await runProgram(['search', 'x', '--from', '2024-06-04', '--to', '2024-06-03'])
    assert.equal(said.code, 2)
    assert.match(said.err, /--from .*--to/)
  })

  it('refuses what is no date', async () => {
    for (const text of ['yesterday', '31.5.2024', '2024-13-01']) {
      const said = await runProgram(at('search', 'x', '--from', text))
      assert.equal(said.code, 2)
      assert.match(said.err, /expected a date such as 2024-05-31/)
    }
  })
})
