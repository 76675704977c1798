// Measures what docs/by-hand.md compares: our own code against the library that does the same. Give it a folder of .eml
// files. Prints CPU seconds and ratios. Needs a build; not part of the tests.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findPhoneNumbersInText } from 'libphonenumber-js/max'
import PostalMime from 'postal-mime'
import { Tokenizer } from 'tokenizers'
import { createParser } from '../dist/processors/parse/parse.js'
import { defaultParseOptions } from '../dist/processors/parse/options.js'
import { ENTITY_TYPES } from '../dist/processors/redact/entity-types.js'
import { readPolicy } from '../dist/processors/redact/policy.js'
import { detect } from '../dist/processors/redact/redact.js'
import { createTokeniser } from '../dist/processors/tokenise/tokeniser.js'

const folder = process.argv[2]
if (!folder) {
  console.error('usage: node scripts/measure-by-hand.mjs FOLDER-OF-EML')
  process.exit(2)
}

const mails = readdirSync(folder, { recursive: true })
  .filter((name) => name.endsWith('.eml'))
  .sort()
  .slice(0, 2_000)
  .map((name) => readFileSync(join(folder, name)))

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** CPU seconds of `work` over all items, after a tenth of them as a warm-up. */
const timed = async (items, work) => {
  for (const item of items.slice(0, Math.ceil(items.length / 10))) await work(item)
  const before = cpuSeconds()
  for (const item of items) await work(item)
  return cpuSeconds() - before
}

const compare = async (what, items, ours, theirs) => {
  const [a, b] = [await timed(items, ours), await timed(items, theirs)]
  console.log(
    `${what}: ours ${a.toFixed(2)} s, library ${b.toFixed(2)} s, ratio ${(b / a).toFixed(1)}`,
  )
}

const parse = await createParser({ ...defaultParseOptions, language: false })
const texts = []
for (const content of mails) {
  const outcome = await parse({ content, name: 'a.eml' })
  if (outcome.kind === 'parsed') texts.push(outcome.document.text)
}
const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
console.log(`${mails.length} mails, ${(bytes / 1e6).toFixed(1)} MB of text`)

await compare(
  'mail (ours: with spans, quotes, attachments as text; postal-mime)',
  mails,
  (content) => parse({ content, name: 'a.eml' }),
  (content) => new PostalMime().parse(content),
)

const vocabulary = readFileSync(
  new URL('../processors/tokenise/vocabulary/tokenizer.json', import.meta.url),
  'utf8',
)
const tokeniser = createTokeniser(vocabulary)
const reference = Tokenizer.fromString(vocabulary)
await compare(
  'tokenise (tokenizers, native)',
  texts,
  (text) => tokeniser.tokenise(text),
  (text) => reference.encode(text),
)

const entities = Object.fromEntries(
  ENTITY_TYPES.map((type) => [type, { enabled: type === 'PHONE_NUMBER' }]),
)
const { policy } = readPolicy({ version: 1, name: 'phones', entities })
await compare(
  'phone numbers (ours: eight regions; libphonenumber-js: one)',
  texts.slice(0, 500),
  (text) => detect(text, policy),
  (text) => findPhoneNumbersInText(text, 'US'),
)
