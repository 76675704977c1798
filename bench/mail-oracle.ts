import { agreement } from '../test/processors/parse/postal-mime-agreement.ts'
import { realFiles } from '../test/processors/parse/real-mails.ts'

/**
 * On how many real mails our reader and postal-mime agree, field by field, as the test compares them, which takes one in twelve:
 *
 *     npm run bench:mail-oracle
 *
 * Needs the packed mails beside the checkout (`../shared/data/dev`). What may differ on purpose is in docs/quality.md.
 */
const SETS = ['mail_fixtures/mikel_mail_fixtures.tar.gz', 'mail_spamassassin/spamassassin.tar.gz']
const MARK = 0.999

const mails = SETS.flatMap((set) => realFiles(set) ?? []).filter(({ name }) =>
  name.endsWith('.eml'),
)
const write = (text: string) => process.stdout.write(`${text}\n`)
if (mails.length === 0) {
  write('there are no mails in ../shared/data/dev to compare')
  process.exitCode = 1
} else {
  const shares = await agreement(mails)
  write(`${mails.length} mails; the mark is ${100 * MARK} %`)
  for (const [field, share] of Object.entries(shares))
    write(
      `${field.padEnd(14)}${(100 * share).toFixed(2)} %${share < MARK ? '  below the mark' : ''}`,
    )
}
