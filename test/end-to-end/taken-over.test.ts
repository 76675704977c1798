import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { writeMailFolder } from '../../bench/mail-corpus.ts'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { reportOf, runCli, startArgs, startSignalled } from './run-cli.ts'

const mails = 300

describe('the report of a job that takes over from another', function () {
  this.timeout(120_000)
  const folder = temporaryFolder()
  const source = join(folder.path, 'source')
  const dataDir = join(folder.path, 'data')

  const start = async () => {
    const end = await runCli(...startArgs(source, dataDir))
    assert.equal(end.code, 0, end.err)
    return reportOf(end)
  }

  before(async () => {
    await writeMailFolder(source, mails, 3)
    const folder = join(dataDir, 'objects', 'prepared')
    const killed = startSignalled({ folder, signals: ['SIGKILL'] }, ...startArgs(source, dataDir))
    assert.equal((await killed.ended).code, 137, 'it was over before it could be killed')
  })

  after(() => folder.remove())

  it('tells what it published from what it took over, and what of it was known', async () => {
    const { documents, intake, droppedReasons } = await start()
    assert.equal(intake.publishedNow, mails)
    assert.ok(intake.takenOver > 0 && intake.takenOver <= mails, `${intake.takenOver}`)
    assert.equal(documents.published, mails + intake.takenOver)
    assert.equal(documents.delivered, intake.takenOver)
    assert.equal(intake.unchanged, mails)
    assert.deepEqual(droppedReasons, { replay: mails })
  })

  it('takes nothing over from a job that ended', async () => {
    const { documents, intake } = await start()
    assert.deepEqual(intake, {
      publishedNow: mails,
      takenOver: 0,
      unchanged: mails,
      unchangedContainers: 0,
    })
    assert.deepEqual(documents, { published: mails, delivered: 0, dropped: mails, dead: 0 })
  })
})
