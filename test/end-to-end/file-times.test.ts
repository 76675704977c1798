import assert from 'node:assert/strict'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { documentIdFor } from '../../cli/document-id-for.ts'
import type { Summary } from '../../schemas/generated/types.ts'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { openData, recordsOf } from './open-data.ts'
import { resultsOf } from './results-of.ts'
import { reportOf, runCli, startArgs } from './run-cli.ts'

const year = (date: number): number => Date.UTC(date, 0, 1) / 1_000

describe('a job over files whose times go back', function () {
  this.timeout(120_000)
  const folder = temporaryFolder()
  const source = join(folder.path, 'source')
  const dataDir = join(folder.path, 'data')
  const note = join(source, 'note.txt')
  const box = join(source, 'box.mbox')

  const write = (path: string, text: string, date: number): void => {
    writeFileSync(path, text)
    utimesSync(path, year(date), year(date))
  }
  const mboxOf = (text: string): string =>
    `From ada Tue Jan  2 03:04:05 2024\nSubject: crate\n\nThe ${text} is at the quay.\n`
  const start = async () => {
    const end = await runCli(...startArgs(source, dataDir))
    assert.equal(end.code, 0, end.err)
    return reportOf(end)
  }
  /** The text of the newest summary of a document. */
  const summaryOf = async (documentId: string): Promise<string> => {
    const view = await openData(dataDir)
    const summaries = await recordsOf<Summary>(view, 'archive.summaries')
    await view.close()
    const own = summaries.filter(({ decoded }) => decoded.documentId === documentId)
    return own.at(-1)?.decoded.text ?? ''
  }

  before(async () => {
    mkdirSync(source)
    write(note, 'The newer crate is at the quay.', 2030)
    write(box, mboxOf('newer barrel'), 2030)
    write(join(source, 'old.txt'), 'The old crate is at the quay.', 1965)
    const { documents } = await start()
    assert.deepEqual(documents, { published: 3, delivered: 3, dropped: 0, dead: 0 })
  })

  after(() => folder.remove())

  it('takes a file that was restored from a backup for the newer state, and a container too', async () => {
    write(note, 'The restored crate is at the quay.', 2020)
    write(box, mboxOf('older barrel'), 2020)
    const { documents, droppedReasons } = await start()
    assert.equal(documents.delivered, 2)
    assert.deepEqual(droppedReasons, { replay: 1 })
    const id = documentIdFor(note, 'default')
    assert.match(await summaryOf(id), /restored crate/)
    const { vectors } = await resultsOf(dataDir)
    assert.equal(vectors.length, 3)
    const newest = BigInt(year(2030)) * 1_000n + 1n
    assert.equal(vectors.filter((line) => line.split(' ')[2] === `${newest}`).length, 2)
  })

  it('knows it for a replay afterwards', async () => {
    const { documents, droppedReasons } = await start()
    assert.equal(documents.delivered, 0)
    assert.deepEqual(droppedReasons, { replay: 2 })
  })

  it('erases it, although what came before was dated later than today', async () => {
    const erased = await runCli('publish', '--erase', note, '--data-dir', dataDir)
    assert.equal(erased.code, 0, erased.err)
    const { droppedReasons } = await start()
    assert.equal(droppedReasons['erased'], 1)
    assert.equal(await summaryOf(documentIdFor(note, 'default')), '')
    assert.equal((await resultsOf(dataDir)).vectors.length, 2)
  })

  it('delivers a file from before 1970, and takes up what changes in it', async () => {
    write(join(source, 'old.txt'), 'The mended crate is at the quay.', 1965)
    const { documents } = await start()
    assert.equal(documents.delivered, 1)
    const id = documentIdFor(join(source, 'old.txt'), 'default')
    assert.match(await summaryOf(id), /mended crate/)
  })
})
