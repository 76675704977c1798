import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { deadlineClassOf } from '../../topology/model/deadline-class.ts'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { openData, recordsOf } from './open-data.ts'
import { runCli, startArgs } from './run-cli.ts'

describe('what is published with a deadline class', function () {
  this.timeout(240_000)

  it('has it down to its vectors and summaries, and what is published without has none', async () => {
    const folder = temporaryFolder()
    const [urgent, rest, data] = ['urgent', 'rest', 'data'].map((name) => join(folder.path, name))
    for (const place of [urgent!, rest!]) {
      mkdirSync(place)
      writeFileSync(join(place, 'note.txt'), `The crate of the ${place} is at the quay.`)
    }
    const where = ['--data-dir', data!]
    const flags = ['--deadline', 'interactive']
    const published = await runCli('publish', urgent!, ...flags, ...where)
    assert.equal(published.code, 0, published.err)
    assert.equal((await runCli('publish', rest!, ...where)).code, 0)
    const ended = await runCli(...startArgs(folder.path, data!))
    assert.equal(ended.code, 0, ended.err)
    const view = await openData(data!)
    try {
      for (const topic of ['archive.embeddings', 'archive.classifications', 'archive.summaries']) {
        const records = await recordsOf(view, topic)
        const classes = records.map(({ headers }) => deadlineClassOf(headers)).sort()
        assert.deepEqual(classes, ['bulk', 'interactive'], topic)
      }
    } finally {
      await view.close()
      folder.remove()
    }
  })

  it('has to be one of two', async () => {
    const { code, err } = await runCli('publish', '.', '--deadline', 'tomorrow')
    assert.equal(code, 2)
    assert.match(err, /interactive, bulk/)
  })
})
