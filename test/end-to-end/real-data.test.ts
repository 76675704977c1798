import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, describe, it, after } from 'mocha'
import type { JobReport } from '../../cli/job/report.ts'
import type { DeadLetter } from '../../schemas/generated/types.ts'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { realFiles } from '../processors/parse/real-mails.ts'
import { openData, recordsOf } from './open-data.ts'
import { reportOf, runCli, startArgs, type Ended } from './run-cli.ts'
import { filesOf, parquetOf, vectorsOf, type Place } from './traces-of.ts'

/** Sets of real data, and how many of each set's files are taken, evenly spread. */
const sample: Readonly<Record<string, number>> = {
  'mail_fixtures/mikel_mail_fixtures.tar.gz': Infinity,
  'mail_lists/bigbang_lists.tar.gz': 12,
  'mail_spamassassin/spamassassin.tar.gz': 120,
  'chat_slack/houstondatavis_slack_export.tar.gz': Infinity,
  'docs_office/poi_office.tar.gz': 40,
  'docs_pdf/pdfjs_pdfs.tar.gz': 25,
  'html_readability/readability_pages.tar.gz': 20,
  'transcripts/google_video_captions.tar.gz': 12,
  'meetings/qmsum_academic_product.tar.gz': 6,
}

const dispositions = ['UNREADABLE', 'ENCRYPTED', 'OVERSIZE', 'UNSUPPORTED']

/** Addresses that senders and members have: none of them may come out. */
const addressesIn = (name: string, content: Buffer): readonly string[] => {
  const text = content.toString('latin1')
  const places = name.endsWith('users.json') ? text : (/^From: .*$/m.exec(text)?.[0] ?? '')
  return places.match(/[a-z][\w.+-]{3,}@[a-z\d-]+\.(?:com|org|net|edu)\b/gi) ?? []
}

/** Whether one of the addresses stands in the text, whatever stands around it. One pass over the text. */
const holdsAny = (text: string, addresses: ReadonlySet<string>): boolean => {
  const locals = new Map<string, string[]>()
  for (const address of addresses) {
    const [local = '', domain = ''] = address.split('@')
    locals.set(domain, [...(locals.get(domain) ?? []), local])
  }
  return [...text.matchAll(/@([a-z\d-]+\.(?:com|org|net|edu))/g)].some(
    ({ index, 1: domain = '' }) =>
      locals.get(domain)?.some((local) => text.slice(index - local.length, index) === local),
  )
}

describe('a sample of real data', function () {
  this.timeout(300_000)
  const folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  const addresses = new Set<string>()
  let end: Ended
  let report: JobReport
  let letters: readonly DeadLetter[] = []
  const places: Place[] = []

  before(async function () {
    const source = join(folder.path, 'source')
    for (const [set, most] of Object.entries(sample)) {
      const files = realFiles(set)
      // The data is not part of the repository.
      if (!files) return this.skip()
      const step = Math.max(1, Math.floor(files.length / most))
      for (const { name, content } of files.filter((_, index) => index % step === 0)) {
        const path = join(source, dirname(set), name)
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, content)
        for (const address of addressesIn(name, content)) addresses.add(address.toLowerCase())
      }
    }
    end = await runCli(...startArgs(source, dataDir), '--log', 'debug')
    report = reportOf(end)
    const view = await openData(dataDir)
    const records = await recordsOf<DeadLetter>(view, 'archive.dead-letters')
    letters = records.map(({ decoded }) => decoded)
    await view.close()
    places.push(...filesOf(dataDir), ...(await parquetOf(dataDir)), ...(await vectorsOf(dataDir)))
    places.push({ name: 'output and log', text: (end.out + end.err).toLowerCase() })
  })

  after(() => folder.remove())

  it('runs to its end with every document delivered, dropped with a reason or dead with a code', () => {
    assert.equal(end.code, 0, end.err.slice(-2_000))
    const { published, delivered, dropped, dead } = report.documents
    assert.ok(published > 700, `${published}`)
    assert.equal(published, delivered + dropped + dead)
    const reasons = Object.values(report.droppedReasons).reduce((sum, count) => sum + count, 0)
    assert.equal(reasons, dropped)
    assert.ok(delivered > 0.9 * (published - dropped) - 60, JSON.stringify(report.documents))
  })

  it('meets no bug, no time-out and no fault, only files that cannot be read', () => {
    const others = letters.filter(({ disposition }) => !dispositions.includes(disposition))
    assert.deepEqual(
      others.map(({ stage, code, message }) => `${stage} ${code} ${message}`),
      [],
    )
  })

  it('lets no address of a sender or a member out', () => {
    assert.ok(addresses.size > 150, `${addresses.size}`)
    // The names of the places only: an address must not stand in the report of a test either.
    const leaks = places.filter(({ text }) => holdsAny(text, addresses))
    assert.deepEqual(
      leaks.map(({ name }) => name),
      [],
    )
    assert.ok(holdsAny(`6${[...addresses][100]}-`, addresses))
  })
})
