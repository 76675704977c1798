// The best npm stack of mails to chunks: postal-mime, htmlparser2, eld, three regular expressions, native tokenizers, offset
// chunks. Attachments are decoded, not read. Arguments and report as of bench/mail/our-mail.ts; copied to the folder that
// its packages are installed in.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { eld } from 'eld/extrasmall'
import { Parser } from 'htmlparser2'
import PostalMime from 'postal-mime'
import { Tokenizer } from 'tokenizers'

const [listFile, tokenizerFile, passes = '2'] = process.argv.slice(2)
const paths = readFileSync(listFile, 'utf8').split('\n').filter(Boolean)
const tokenizer = Tokenizer.fromFile(tokenizerFile)
tokenizer.disableTruncation()
tokenizer.disablePadding()

const PERSONAL = [
  [/[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}/g, '<EMAIL>'],
  [/(?<!\d)(?:\+\d{1,3}[ -]?)?(?:\(\d{2,4}\)[ -]?)?\d{3}[ -]\d{3,4}[ -]?\d{0,4}(?!\d)/g, '<PHONE>'],
  [/\b(?:\d[ -]?){13,16}\b/g, '<CARD>'],
]
const LIMIT = 510
const OVERLAP = 50
const BATCH = 64

function textOfHtml(html) {
  let text = ''
  let hidden = 0
  const parser = new Parser({
    onopentag: (name) => {
      if (name === 'script' || name === 'style') hidden++
      if (/^(?:p|div|br|tr|li|h\d)$/.test(name)) text += '\n'
    },
    ontext: (piece) => {
      if (hidden === 0) text += piece
    },
    onclosetag: (name) => {
      if (name === 'script' || name === 'style') hidden--
    },
  })
  parser.end(html)
  return text
}

const withoutQuotes = (text) =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('>'))
    .join('\n')

async function textOf(raw) {
  const mail = await PostalMime.parse(raw)
  let text = withoutQuotes(mail.text ?? textOfHtml(mail.html ?? ''))
  eld.detect(text.slice(0, 300))
  for (const [pattern, name] of PERSONAL) text = text.replace(pattern, name)
  return text
}

async function pass() {
  const counts = { bytes: 0, chunks: 0, tokens: 0, failed: 0 }
  for (let at = 0; at < paths.length; at += BATCH) {
    const texts = []
    for (const path of paths.slice(at, at + BATCH)) {
      const raw = readFileSync(path)
      counts.bytes += raw.length
      try {
        texts.push((await textOf(raw)).toWellFormed())
      } catch {
        counts.failed++
      }
    }
    const encodings = await tokenizer.encodeBatch(texts, { addSpecialTokens: false })
    for (const [i, encoding] of encodings.entries()) {
      const offsets = encoding.getOffsets()
      counts.tokens += encoding.getIds().length
      const units = unitsOf(texts[i])
      for (let start = 0; start < offsets.length;) {
        const end = Math.min(start + LIMIT, offsets.length)
        const chunk = texts[i].slice(units[offsets[start][0]], units[offsets[end - 1][1]])
        createHash('sha256').update(chunk).digest('hex')
        counts.chunks++
        if (end === offsets.length) break
        start = end - OVERLAP
      }
    }
  }
  return counts
}

/** Its offsets count code points. */
function unitsOf(text) {
  const units = [0]
  for (const character of text) units.push(units.at(-1) + character.length)
  return units
}

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
let counts = await pass()
const coldSeconds = cpuSeconds()
let warmSeconds = coldSeconds
for (let each = 1; each < Number(passes); each++) {
  const before = cpuSeconds()
  counts = await pass()
  warmSeconds = cpuSeconds() - before
}
process.stdout.write(
  `${JSON.stringify({ mails: paths.length, ...counts, coldSeconds, warmSeconds })}\n`,
)
