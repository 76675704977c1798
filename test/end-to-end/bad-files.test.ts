import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { JobReport } from '../../cli/job/report.ts'
import { fileUriOf } from '../../topology/model/member-uri.ts'
import { asTenantId, type Uri } from '../../schemas/brands.ts'
import type { DeadLetter, PreparedDocument } from '../../schemas/generated/types.ts'
import { documentIdOf } from '../../topology/model/uuid.ts'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { aZip } from '../processors/fetch/a-zip.ts'
import { aMail } from '../processors/parse/a-mail.ts'
import { aLockedPdf } from '../processors/parse/a-pdf.ts'
import { openData, recordsOf } from './open-data.ts'
import { reportOf, runCli, startArgs, type Ended } from './run-cli.ts'

/** In every bad file, and nowhere else: no message may quote it. */
const quoted = 'Ravenscar'

const nestedParts = (): string => {
  const open = Array.from(
    { length: 10_000 },
    (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\n\n--b${depth}\n`,
  )
  return aMail(`--first\n${open.join('')}\n${quoted}`, {
    'Content-Type': 'multipart/mixed; boundary=first',
  })
}

const wholeZip = aZip([{ name: 'a.txt', content: `${quoted} in a zip, long enough to be cut` }])
const bomb = aZip([{ name: 'bomb.txt', content: Buffer.alloc(100_000_000, quoted) }])

const files: Readonly<Record<string, string | Uint8Array>> = {
  'good.txt': 'The harbour office closes at noon on Friday, says the notice.',
  'empty.eml': '',
  'truncated.zip': wholeZip.subarray(0, wholeZip.length - 30),
  'bomb.zip': bomb,
  'nested.eml': nestedParts(),
  'locked.pdf': aLockedPdf,
  'unknown.bin': Buffer.concat([Buffer.from([0, 1, 2, 3, 0xfe]), Buffer.from(quoted)]),
  'invalid-utf8.txt': Buffer.concat([
    Buffer.from('The invoice of the '),
    Buffer.from([0xc3, 0x28, 0xff, 0xfe, 0x80]),
    Buffer.from(' quarry was paid in spring.'),
  ]),
}

describe('bad files', function () {
  this.timeout(60_000)
  const folder = temporaryFolder()
  const source = join(folder.path, 'source')
  const dataDir = join(folder.path, 'data')
  let end: Ended
  let report: JobReport
  let letters: readonly DeadLetter[] = []
  let prepared: readonly PreparedDocument[] = []

  const idOf = (name: string, member = '') =>
    documentIdOf(asTenantId('default'), `${fileUriOf(join(source, name))}${member}` as Uri)
  const lettersOf = (name: string, member?: string): readonly string[] =>
    letters
      .filter(({ documentId }) => documentId === idOf(name, member))
      .map(({ disposition, stage, code }) => `${disposition} ${stage} ${code}`)

  before(async () => {
    mkdirSync(source)
    for (const [name, content] of Object.entries(files)) writeFileSync(join(source, name), content)
    writeFileSync(join(source, 'gone.txt'), 'here for a moment only')
    const published = await runCli('publish', source, '--data-dir', dataDir)
    assert.equal(published.code, 0, published.err)
    rmSync(join(source, 'gone.txt'))
    end = await runCli(...startArgs(source, dataDir))
    report = reportOf(end)
    const view = await openData(dataDir)
    letters = (await recordsOf<DeadLetter>(view, 'archive.dead-letters')).map(
      (each) => each.decoded,
    )
    prepared = (await recordsOf<PreparedDocument>(view, 'archive.prepared')).map(
      (each) => each.decoded,
    )
    await view.close()
  })

  after(() => folder.remove())

  const becomesLetter = (title: string, name: string, letter: string, member?: string): void => {
    it(`${title} is the dead letter ${letter}`, () => {
      assert.deepEqual(lettersOf(name, member), [letter])
    })
  }

  becomesLetter(
    'a file that was removed before it was read',
    'gone.txt',
    'NOT_FOUND fetch not-found',
  )
  becomesLetter('a mail of no bytes', 'empty.eml', 'UNREADABLE parse empty')
  becomesLetter('a truncated zip', 'truncated.zip', 'UNREADABLE expand container-broken')
  becomesLetter('a zip bomb', 'bomb.zip', 'OVERSIZE fetch expansion', '#entry=bomb.txt')
  becomesLetter('a mail of 10,000 nested parts', 'nested.eml', 'OVERSIZE parse too-deep')
  becomesLetter('a PDF with a password', 'locked.pdf', 'ENCRYPTED parse encrypted')
  becomesLetter('an unknown format', 'unknown.bin', 'UNREADABLE parse unknown-format')

  it('text that is no UTF-8 is read all the same', () => {
    assert.ok(prepared.some(({ documentId }) => documentId === idOf('invalid-utf8.txt')))
  })

  it('the others are not held up, and the job ends in order', () => {
    assert.equal(end.code, 0, end.err)
    assert.ok(prepared.some(({ documentId }) => documentId === idOf('good.txt')))
    const { published, delivered, dropped, dead } = report.documents
    assert.equal(published, delivered + dropped + dead)
  })

  it('no message, log line or dead letter quotes a file', () => {
    assert.ok(!end.out.includes(quoted) && !end.err.includes(quoted))
    for (const letter of letters) {
      assert.ok(!letter.message.includes(quoted))
      assert.ok(!Buffer.from(letter.originalValue).includes(quoted))
    }
  })

  it('the sources are as they were', () => {
    for (const [name, content] of Object.entries(files))
      assert.ok(readFileSync(join(source, name)).equals(Buffer.from(content)), name)
  })
})
