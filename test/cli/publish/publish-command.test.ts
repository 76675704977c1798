import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { uriOfPath } from '../../../cli/uri-of-path.ts'
import { linesOf, runProgram } from '../run-program.ts'
import { temporaryFolder } from '../temporary-folder.ts'

describe('publish', () => {
  const folder = temporaryFolder()
  const mails = (): string => join(folder(), 'mails')
  const publish = (...args: readonly string[]) =>
    runProgram(['publish', '--data-dir', join(folder(), 'data'), ...args])

  it('says what was published, and how a job may read it', async () => {
    mkdirSync(mails())
    writeFileSync(join(mails(), 'a.txt'), 'Good morning.')
    const said = await publish(mails())
    assert.equal(said.code, 0)
    assert.equal(said.out, 'published 1 document and 0 containers\n')
    assert.equal(said.err, `run reads below its sources only: give it --source ${mails()}\n`)
  })

  it('says nothing of sources that the configuration has', async () => {
    mkdirSync(mails())
    writeFileSync(join(mails(), 'a.txt'), 'Good morning.')
    const sources = JSON.stringify([mails()])
    const said = await publish('--set', `sources=${sources}`, mails(), join(mails(), 'a.txt'))
    assert.deepEqual([said.code, said.err], [0, ''])
  })

  it('says what it left out, and why', async function () {
    if (process.platform === 'win32') this.skip()
    mkdirSync(mails())
    writeFileSync(join(mails(), 'a.txt'), 'Good morning.')
    symlinkSync(folder(), join(mails(), 'round'))
    const said = await publish('--json', mails())
    assert.equal(said.code, 0)
    const [published] = linesOf(said)
    assert.equal(published?.['documents'], 1)
    assert.deepEqual(
      (published!['skipped'] as { reason: string }[]).map(({ reason }) => reason),
      ['folder-link'],
    )
    assert.match(said.err, /skipped \S+round \(a link to a folder/)
  })

  it('says what it could not read, publishes the rest and ends with 3', async () => {
    writeFileSync(join(folder(), 'a.txt'), 'Good morning.')
    const said = await publish('--json', join(folder(), 'none'), join(folder(), 'a.txt'))
    assert.equal(said.code, 3)
    const [published] = linesOf(said)
    assert.equal(published?.['documents'], 1)
    assert.deepEqual(
      (published!['unreadable'] as { code: string }[]).map(({ code }) => code),
      ['ENOENT'],
    )
    assert.match(said.err, /cannot read .*none \(ENOENT\)/)
    assert.match(said.err, /give it --source \S+a\.txt\n$/)
    const none = await publish(join(folder(), 'none'))
    assert.doesNotMatch(none.err, /give it --source/)
  })

  it('takes a file by its URI, and refuses the URI of anything else', async () => {
    const path = join(folder(), 'ä #1.txt')
    writeFileSync(path, 'Good morning.')
    const said = await publish('--json', uriOfPath(path))
    assert.deepEqual([said.code, linesOf(said)[0]?.['documents']], [0, 1])
    for (const uri of [`${uriOfPath(path)}#bytes=0-3`, 's3://bucket/a.txt']) {
      const refused = await publish(uri)
      assert.equal(refused.code, 2)
      assert.match(refused.err, /is no file or folder of this machine; only --erase takes/)
    }
  })

  it('erases what the archive knows at a URI, and says when that is nothing', async () => {
    const said = await publish('--json', '--erase', 's3://bucket/never.txt')
    assert.equal(said.code, 3)
    assert.equal(linesOf(said)[0]?.['documents'], 0)
    assert.match(said.err, /cannot read s3:\/\/bucket\/never.txt \(ENOENT\)/)
  })
})
