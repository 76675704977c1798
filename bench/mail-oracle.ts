import { parseArgs } from 'node:util'
import { aParser } from '../test/processors/parse/a-mail.ts'
import { fuzzedMails, type FuzzKind } from '../test/processors/parse/oracle/fuzzed-mail.ts'
import {
  shareOf,
  tallyMails,
  type MailOracleTally,
} from '../test/processors/parse/oracle/mail-oracle-tally.ts'
import { realFiles } from '../test/processors/parse/real-mails.ts'

/**
 * On how many mails our reader and postal-mime agree, field by field, and of which kinds the differences are:
 *
 *     npm run bench:mail-oracle
 *     npm run fuzz:mail-oracle -- [--runs 100000] [--from 0]
 *
 * The first reads the packed mails beside the checkout (`../shared/data/dev`), the second makes its own, the same for the same numbers. Prints
 * of each field the share of mails on which the two agree (raw), and the share when differences in which ours is not wrong are counted as
 * agreement (judged); then each kind of difference with its count, who is right, and its shortest example.
 */
const SETS = ['mail_fixtures/mikel_mail_fixtures.tar.gz', 'mail_spamassassin/spamassassin.tar.gz']
const MARK = 0.999
const LONGEST_SHOWN = 100

const { values } = parseArgs({
  options: {
    fuzz: { type: 'boolean', default: false },
    runs: { type: 'string', default: '100000' },
    from: { type: 'string', default: '0' },
  },
})
const write = (text: string): unknown => process.stdout.write(`${text}\n`)
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`.padStart(10)

const shown = (ours: string, theirs: string): readonly [string, string] => {
  let same = 0
  while (same < ours.length && ours[same] === theirs[same]) same++
  const from = Math.max(0, same - 20)
  return [ours, theirs].map((text) => JSON.stringify(text.slice(from, from + LONGEST_SHOWN))) as [
    string,
    string,
  ]
}

const report = (title: string, { fields, classes, uncompared }: MailOracleTally): void => {
  write(`${title}; the mark is ${100 * MARK} %; ${uncompared} not compared`)
  write(`${'field'.padEnd(14)}       raw    judged`)
  for (const [field, tally] of fields) {
    const judged = shareOf(tally, true)
    const below = judged < MARK ? '  below the mark' : ''
    write(`${field.padEnd(14)}${percent(shareOf(tally, false))}${percent(judged)}${below}`)
  }
  for (const [kind, { count, example }] of classes) {
    const [ours, theirs] = shown(example.ours, example.theirs)
    write(
      kind === 'unclassed'
        ? `${count} × of no known kind`
        : `${count} × ${kind.name}: right is ${kind.right}`,
    )
    write(`    ${example.field} of ${example.mail}: ours ${ours}, theirs ${theirs}`)
  }
  if ([...fields.values()].some((tally) => shareOf(tally, true) < MARK)) process.exitCode = 1
}

const fuzz = async (kind: FuzzKind): Promise<void> => {
  const mails = fuzzedMails(Number(values.from), Number(values.runs))
  const chosen = (function* () {
    for (const mail of mails) if (mail.kind === kind) yield mail
  })()
  report(`${kind} mails of ${values.runs} runs`, await tallyMails(await aParser(), chosen))
}

const real = async (): Promise<void> => {
  const mails = SETS.flatMap((set) => realFiles(set) ?? []).filter(({ name }) =>
    name.endsWith('.eml'),
  )
  if (mails.length > 0)
    return report(`${mails.length} real mails`, await tallyMails(await aParser(), mails))
  write('there are no mails in ../shared/data/dev to compare')
  process.exitCode = 1
}

if (values.fuzz) {
  await fuzz('written')
  await fuzz('damaged')
} else await real()
