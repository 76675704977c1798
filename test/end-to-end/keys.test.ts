import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { writeMailFolder, writeMbox } from '../../bench/mail-corpus.ts'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { openData, recordsOf } from './open-data.ts'
import { reportOf, runCli, startArgs } from './run-cli.ts'

const topics = [
  'archive.documents',
  'archive.prepared',
  'archive.chunks',
  'archive.embeddings',
  'archive.classifications',
  'archive.summaries',
]

describe('the keys of a job', function () {
  this.timeout(60_000)
  const folder = temporaryFolder()
  const source = join(folder.path, 'source')
  const dataDir = join(folder.path, 'data')

  before(async () => {
    await writeMailFolder(source, 5)
    await writeMbox(join(source, 'inbox.mbox'), 10_000, 2)
    const { documents } = reportOf(await runCli(...startArgs(source, dataDir)))
    assert.ok(documents.delivered > 10)
  })

  after(() => folder.remove())

  for (const name of topics) {
    it(`${name}: every record has the id of its document`, async () => {
      const view = await openData(dataDir)
      try {
        const records = await recordsOf<{ readonly documentId: string }>(view, name)
        assert.ok(records.length > 10)
        for (const { key, decoded } of records) {
          assert.equal(Buffer.from(key).toString(), decoded.documentId)
        }
      } finally {
        await view.close()
      }
    })
  }
})
