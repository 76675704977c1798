// Measures the weight-free models on labelled data that the project does not ship. Run `npm run build` first.
//
//   node scripts/measure-models.mjs spam DIR       DIR holds folders of .eml files; spam-* are spam, others are not
//   node scripts/measure-models.mjs sentiment CSV  columns `Review Text`, `Rating`; 1-2 negative, 3 left out, 4-5 positive
//   node scripts/measure-models.mjs alarms DIR     share of the mails (spam left out) that each label calls at its threshold
//   node scripts/measure-models.mjs retrieval DIR  finds the other half of a mail among 2,000 by embedding; spam left out
//   node scripts/measure-models.mjs speed          texts per second and core, 1.6 KB of generated prose each
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHashEmbedder, EMBED_DIMENSIONS } from '../dist/drivers/embedded/models/embed-hash.js'
import { createCoverage } from '../dist/drivers/embedded/models/coverage.js'
import { createLinearClassifier } from '../dist/drivers/embedded/models/linear-classifier.js'
import { readModelCard } from '../dist/gpu-runners/models/read-model-card.js'
import { loadLinearModel } from '../dist/drivers/embedded/models/model-weights.js'

const say = (line) => process.stdout.write(`${line}\n`)

async function readMails(folder) {
  const { default: PostalMime } = await import('postal-mime')
  const mails = []
  for (const label of readdirSync(folder).sort()) {
    for (const file of readdirSync(join(folder, label)).sort()) {
      const mail = await PostalMime.parse(readFileSync(join(folder, label, file))).catch(
        () => undefined,
      )
      if (!mail) continue
      const body =
        mail.text || (mail.html ?? '').replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ')
      mails.push({ spam: label.startsWith('spam'), text: `${mail.subject ?? ''}\n\n${body}` })
    }
  }
  return mails
}

function readReviews(file) {
  const rows = []
  let row = ['']
  let quoted = false
  for (const char of readFileSync(file, 'utf8')) {
    if (char === '"') quoted = !quoted
    else if (char === ',' && !quoted) row.push('')
    else if (char === '\n' && !quoted) {
      rows.push(row)
      row = ['']
    } else row[row.length - 1] += char
  }
  const [head, ...body] = rows
  const [title, text, rating] = ['Title', 'Review Text', 'Rating'].map((name) => head.indexOf(name))
  return body
    .filter((cells) => cells[text])
    .map((cells) => ({
      text: `${cells[title]}. ${cells[text]}`,
      body: cells[text],
      rating: Number(cells[rating]),
    }))
}

function classifierNamed(name) {
  const model = loadLinearModel(name)
  const classify = createLinearClassifier(model)
  return { labels: model.labels, scoresOf: (text) => classify([text]) }
}

function report(name, pairs) {
  const count = (said, is) => pairs.filter((pair) => pair.said === said && pair.is === is).length
  const [hit, wrong, missed, right] = [
    count(true, true),
    count(true, false),
    count(false, true),
    count(false, false),
  ]
  const f1 = (2 * hit) / (2 * hit + wrong + missed)
  const figures = {
    n: pairs.length,
    accuracy: (hit + right) / pairs.length,
    precision: hit / (hit + wrong),
    recall: hit / (hit + missed),
    f1,
  }
  say(
    `${name}: ${Object.entries(figures)
      .map(([key, value]) => `${key} ${Number.isInteger(value) ? value : value.toFixed(3)}`)
      .join(', ')}`,
  )
}

async function spam(folder) {
  const { scoresOf } = classifierNamed('classify-spam')
  const scored = (await readMails(folder)).map((mail) => ({
    is: mail.spam,
    score: scoresOf(mail.text)[0],
  }))
  const [{ threshold }] = readModelCard('classify-spam', 'classify').labels
  report(
    `spam at ${threshold}`,
    scored.map(({ is, score }) => ({ is, said: score >= threshold })),
  )
}

function sentiment(file) {
  const { labels, scoresOf } = classifierNamed('classify-sentiment')
  const [negative, positive] = ['negative', 'positive'].map((label) => labels.indexOf(label))
  const scored = readReviews(file)
    .filter(({ rating }) => rating !== 3)
    .map(({ text, rating }) => ({ scores: scoresOf(text), is: rating <= 2 }))
  report(
    'negative above positive',
    scored.map(({ is, scores }) => ({ is, said: scores[negative] > scores[positive] })),
  )
  const recalls = [true, false].map((side) => {
    const ofSide = scored.filter(({ is }) => is === side)
    return (
      ofSide.filter(({ scores }) => scores[negative] > scores[positive] === side).length /
      ofSide.length
    )
  })
  say(`balanced accuracy ${((recalls[0] + recalls[1]) / 2).toFixed(3)}`)
}

async function alarms(folder) {
  const mails = (await readMails(folder)).filter((mail) => !mail.spam)
  for (const name of ['classify-toxicity', 'classify-compliance']) {
    const { scoresOf } = classifierNamed(name)
    const { labels } = readModelCard(name, 'classify')
    const all = mails.map(({ text }) => scoresOf(text))
    labels.forEach(({ label, threshold }, i) => {
      const called = all.filter((scores) => scores[i] >= threshold).length
      say(
        `${name} ${label} at ${threshold}: ${called} of ${mails.length} (${((100 * called) / mails.length).toFixed(2)} %)`,
      )
    })
  }
}

/** Every second sentence of a mail asks for the others, among 2,000 mails. */
async function retrieval(folder) {
  const embed = createHashEmbedder()
  const mails = (await readMails(folder)).filter((mail) => !mail.spam)
  const halves = mails
    .filter((_, i) => i % 2 === 0)
    .map(({ text }) => text.split(/(?<=[.!?])\s+|\n\n+/).filter((sentence) => sentence.length > 20))
    .filter((sentences) => sentences.length >= 6)
    .slice(0, 2000)
    .map((sentences) => [0, 1].map((half) => sentences.filter((_, i) => i % 2 === half).join(' ')))
  const questions = embed(halves.map(([first]) => first))
  const answers = embed(halves.map(([, second]) => second))
  const cosine = (q, a) => {
    let sum = 0
    for (let i = 0; i < EMBED_DIMENSIONS; i++)
      sum += questions[q * EMBED_DIMENSIONS + i] * answers[a * EMBED_DIMENSIONS + i]
    return sum
  }
  const ranks = halves.map((_, q) => {
    const own = cosine(q, q)
    return halves.filter((_, a) => a !== q && cosine(q, a) >= own).length
  })
  const within = (k) => ranks.filter((rank) => rank < k).length / ranks.length
  say(
    `n ${ranks.length}, recall@1 ${within(1).toFixed(3)}, recall@10 ${within(10).toFixed(3)}, chance@10 ${(10 / ranks.length).toFixed(3)}`,
  )
}

function speed() {
  const words = Array.from({ length: 3000 }, (_, i) =>
    (((i + 37) * 2654435761) % 4294967296)
      .toString(26)
      .replace(/\d/g, 'e')
      .slice(0, 2 + (i % 9)),
  )
  const texts = Array.from({ length: 2000 }, (_, t) => {
    let text = ''
    for (let i = 0; text.length < 1600; i++)
      text += words[(t * 31 + i * i) % words.length] + (i % 12 === 11 ? '. ' : ' ')
    return text
  })
  const documents = Array.from({ length: 500 }, (_, d) =>
    Array.from(
      { length: 40 },
      (_, s) =>
        `The ${Array.from({ length: 15 }, (_, w) => words[(d * 7 + s * s + w * (s % 5)) % 900]).join(' ')}.`,
    ).join(' '),
  )
  const time = (name, items, work) => {
    work(items.slice(0, 400))
    const before = process.cpuUsage()
    for (let at = 0; at < items.length; at += 64) work(items.slice(at, at + 64))
    const { user, system } = process.cpuUsage(before)
    say(`${name}: ${Math.round(items.length / ((user + system) / 1e6))} per second and core`)
  }
  time('embed-hash', texts, createHashEmbedder())
  for (const name of ['spam', 'sentiment', 'toxicity', 'compliance'])
    time(`classify-${name}`, texts, createLinearClassifier(loadLinearModel(`classify-${name}`)))
  const summarise = createCoverage()
  time('summarise-coverage, 40 sentences', documents, (some) =>
    some.forEach((text) => summarise(text, { maxTokens: 120 })),
  )
}

const COMMANDS = { spam, sentiment, alarms, retrieval, speed }
const [command, path] = process.argv.slice(2)
if (COMMANDS[command]) await COMMANDS[command](path)
else {
  process.stderr.write(`usage: measure-models.mjs ${Object.keys(COMMANDS).join('|')} PATH\n`)
  process.exitCode = 2
}
