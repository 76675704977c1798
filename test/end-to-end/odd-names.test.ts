import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'mocha'
import type { DeadLetter } from '../../schemas/generated/types.ts'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { aZip } from '../processors/fetch/a-zip.ts'
import { openData, recordsOf } from './open-data.ts'
import { reportOf, runCli, startArgs } from './run-cli.ts'

describe('a job over odd names', function () {
  this.timeout(120_000)
  const folder = temporaryFolder()
  const source = join(folder.path, 'source')
  const dataDir = join(folder.path, 'data')
  after(() => folder.remove())

  it('delivers everything but the entries without a name to go by, and says what it left out', async function () {
    if (process.platform === 'win32') this.skip()
    mkdirSync(source)
    writeFileSync(join(source, 'back\\slash.txt'), 'The crate is at the quay.')
    const secret = '../jane.doe@example.org.txt'
    const entry = (name: string) => ({ name, content: `The ${name.length}th barrel is here.` })
    const names = ['one.txt', secret, 'dir\\two.txt', 'one.txt']
    writeFileSync(join(source, 'odd.zip'), aZip(names.map(entry)))
    symlinkSync(folder.path, join(source, 'round'))
    execFileSync('mkfifo', [join(source, 'pipe')])

    const end = await runCli(...startArgs(source, dataDir))
    assert.equal(end.code, 0, end.err)
    const { documents, deadLetters, skipped } = reportOf(end)
    assert.deepEqual(documents, { published: 5, delivered: 3, dropped: 0, dead: 2 })
    assert.deepEqual(deadLetters, [{ disposition: 'VALIDATION', count: 2 }])
    assert.deepEqual(
      skipped.map(({ reason }) => reason),
      ['pipe', 'folder-link'],
    )

    const view = await openData(dataDir)
    const letters = await recordsOf<DeadLetter>(view, 'archive.dead-letters')
    await view.close()
    const told = letters.map(({ decoded }) => [decoded.code, decoded.message.slice(0, 22)]).sort()
    assert.deepEqual(told, [
      ['entry-name', 'fetch: entry 2 of the '],
      ['entry-name', 'fetch: entry 4 of the '],
    ])
    assert.ok(
      letters.every(({ decoded }) => !decoded.originalValue.toString().includes('jane.doe')),
    )
    assert.ok(letters.every(({ value }) => !Buffer.from(value!).includes('jane.doe')))
  })
})
