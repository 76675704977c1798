// Trains the linear classifiers of drivers/embedded/models from the text in gpu-runners/models/*/training.txt and
// writes gpu-runners/models/*/weights.json. Run `npm run build` first; no network, no data from outside.
//
//   node scripts/train-classifiers.mjs            writes the weights
//   node scripts/train-classifiers.mjs --check    fails when the weights differ from what training gives
//   node scripts/train-classifiers.mjs --measure  scores lines that were left out of training (5 folds over the lines)
//
// Names of models after the option restrict it to them.
//
// Only + - × ÷ √ and 32-bit integers are used: the weights come out the same on every platform.
import { readFileSync, writeFileSync } from 'node:fs'
import {
  createFeatureReader,
  createLinearClassifier,
  probability,
} from '../dist/drivers/embedded/models/linear-classifier.js'
import { listTerms } from '../dist/drivers/embedded/models/term-table.js'
import { SHAPE_FEATURES } from '../dist/drivers/embedded/models/text-shape.js'
import { FUNCTION_WORDS } from '../dist/drivers/embedded/models/function-words.js'
import { createWordScanner } from '../dist/drivers/embedded/models/word-scanner.js'

// `positiveWeight` makes up for labels that few of the lines have.
const MODELS = {
  'classify-spam': {
    labels: ['spam'],
    unit: 'text',
    negation: false,
    terms: 1500,
    positiveWeight: 1,
  },
  'classify-sentiment': {
    labels: ['negative', 'neutral', 'positive'],
    unit: 'text',
    negation: true,
    terms: 1200,
    positiveWeight: 1,
  },
  'classify-toxicity': {
    labels: ['toxic', 'insult', 'threat', 'obscene'],
    unit: 'sentence',
    negation: false,
    terms: 800,
    positiveWeight: 2,
  },
  'classify-compliance': {
    labels: [
      'insider-information',
      'bribery',
      'guarantee',
      'harassment',
      'off-channel',
      'complaint',
      'market-manipulation',
    ],
    unit: 'sentence',
    negation: false,
    terms: 2000,
    positiveWeight: 4,
  },
}
const SAMPLES_PER_LINE = 100
const EPOCHS = 30
const RATE = 0.15
const DECAY = 1e-4

const folder = new URL('../gpu-runners/models/', import.meta.url)
const scan = createWordScanner()

/** A linear congruential generator: integers only, the same everywhere. */
function createRandom(seed) {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 0x100000000) * below)
  }
}

function readLines(file) {
  const lists = new Map()
  const lines = []
  for (const line of readFileSync(new URL(file, folder), 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const list = /^@(\w+) = (.*)$/.exec(line)
    if (list) {
      lists.set(list[1], list[2].split('|'))
      continue
    }
    const colon = line.indexOf(': ')
    const labels = line.slice(0, colon).split(' ')
    lines.push({
      labels: labels.filter((label) => label !== 'none'),
      template: line.slice(colon + 2),
      lists,
    })
  }
  return lines
}

function write({ template, lists, labels }, random) {
  let text = template
  for (let depth = 0; depth < 4; depth++) {
    text = text.replace(/\{([^{}]*)\}/g, (_, alternatives) => pick(alternatives.split('|'), random))
    text = text.replace(/@(\w+)/g, (_, name) => pick(lists.get(name), random))
  }
  const plain = text.replace(/ +/g, ' ').replace(/ ([,.!?])/g, '$1')
  // Harmless people exclaim too.
  return labels.length === 0 && random(6) === 0 ? plain.replace(/\.?$/, '!') : plain
}

const pick = (list, random) => list[random(list.length)]

/** Texts for a model that reads whole texts: a few lines of one kind among everyday lines. */
function composeTexts(lines, everyday, model, random) {
  const samples = []
  for (const line of lines) {
    const alike = lines.filter((other) => String(other.labels) === String(line.labels))
    for (let n = 0; n < SAMPLES_PER_LINE; n++) {
      const parts = [write(line, random)]
      for (let more = random(4); more > 0; more--) parts.push(write(pick(alike, random), random))
      for (let more = random(3); more > 0; more--) parts.push(write(pick(everyday, random), random))
      samples.push({ text: shuffle(parts, random).join(' '), labels: line.labels })
    }
  }
  for (let n = 0; n < everyday.length * SAMPLES_PER_LINE; n++) {
    const parts = []
    for (let more = 1 + random(6); more > 0; more--)
      parts.push(write(pick(everyday, random), random))
    samples.push({
      text: parts.join(' '),
      labels: model.labels.includes('neutral') ? ['neutral'] : [],
    })
  }
  return samples
}

function composeSentences(lines, everyday, random) {
  return [...lines, ...everyday].flatMap((line) =>
    Array.from({ length: SAMPLES_PER_LINE }, () => ({
      text: write(line, random),
      labels: line.labels,
    })),
  )
}

function compose(lines, everyday, model, seed) {
  const random = createRandom(seed)
  return model.unit === 'text'
    ? composeTexts(lines, everyday, model, random)
    : composeSentences(lines, everyday, random)
}

function shuffle(items, random) {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random(i + 1)
    ;[items[i], items[j]] = [items[j], items[i]]
  }
  return items
}

/** Words that carry grammar say nothing about a label, alone or in pairs. */
function isTelling(term) {
  const words = scan(term.startsWith('~') ? term.slice(1) : term)
  for (let i = 0; i < words.count; i++) if (!FUNCTION_WORDS.has(words.hashes[i])) return true
  return false
}

function chooseTerms(samples, model) {
  const seen = new Map()
  for (const { text } of samples)
    for (const term of new Set(listTerms(text, model))) seen.set(term, (seen.get(term) ?? 0) + 1)
  return [...seen].filter(([term, times]) => times >= 4 && isTelling(term)).map(([term]) => term)
}

function readSamples(samples, terms, model) {
  const read = createFeatureReader(terms, model)
  return samples.map(({ text, labels }) => {
    let seen
    // A training sentence may look like two to the splitter: its features are joined.
    read(text, ({ terms: count, rows, values, shape }) => {
      seen ??= { rows: [], values: [], shape: [...shape] }
      seen.rows.push(...rows.subarray(0, count))
      seen.values.push(...values.subarray(0, count))
      shape.forEach((value, i) => (seen.shape[i] = Math.max(seen.shape[i], value)))
    })
    return { ...seen, targets: model.labels.map((label) => (labels.includes(label) ? 1 : 0)) }
  })
}

/**
 * Stochastic gradient descent with AdaGrad steps on the log-loss of `probability`, one label at a time. With
 * `evidenceOnly` a term can only speak for a label: everyday words of the training text must not become the reason
 * why a text is harmless, because real texts use others.
 */
function fit(samples, termCount, label, random, { evidenceOnly, useShape, positiveWeight }) {
  const size = termCount + SHAPE_FEATURES.length + 1
  const weights = new Float64Array(size)
  const squares = new Float64Array(size).fill(1)
  const step = (at, gradient) => {
    const full = gradient + DECAY * weights[at]
    squares[at] += full * full
    const moved = weights[at] - (RATE * full) / Math.sqrt(squares[at])
    weights[at] = evidenceOnly && at < termCount ? Math.max(moved, 0) : moved
  }
  const order = samples.map((_, i) => i)
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const i of shuffle(order, random)) {
      const { rows, values, shape, targets } = samples[i]
      let x = weights[size - 1]
      rows.forEach((row, n) => (x += values[n] * weights[row]))
      shape.forEach((value, n) => (x += value * weights[termCount + n]))
      // d loss / dx for p = (1 + x / √(1 + x²)) / 2
      const weight = targets[label] === 1 ? positiveWeight : 1
      const gradient = (2 * weight * (probability(x) - targets[label])) / Math.sqrt(1 + x * x)
      rows.forEach((row, n) => step(row, gradient * values[n]))
      if (useShape) shape.forEach((value, n) => value > 0 && step(termCount + n, gradient * value))
      step(size - 1, gradient)
    }
  }
  return weights
}

function train(lines, everyday, model) {
  const samples = compose(lines, everyday, model, 7)
  const terms = chooseTerms(samples, model)
  const features = readSamples(samples, terms, model)
  // The shape of one sentence says little; a whole text in capitals and exclamation marks does.
  const traits = {
    evidenceOnly: !model.negation,
    useShape: model.unit === 'text',
    positiveWeight: model.positiveWeight,
  }
  const columns = model.labels.map((_, label) =>
    fit(features, terms.length, label, createRandom(11 + label), traits),
  )
  const at = (row) => columns.map((weights) => round(weights[row]))
  const strength = (row) => Math.max(...columns.map((weights) => Math.abs(weights[row])))
  const kept = terms
    .map((_, row) => row)
    .sort((a, b) => strength(b) - strength(a) || (terms[a] < terms[b] ? -1 : 1))
    .slice(0, model.terms)
    .sort((a, b) => (terms[a] < terms[b] ? -1 : 1))
  return {
    labels: model.labels,
    unit: model.unit,
    negation: model.negation,
    bias: at(terms.length + SHAPE_FEATURES.length),
    shape: Object.fromEntries(SHAPE_FEATURES.map((name, n) => [name, at(terms.length + n)])),
    terms: Object.fromEntries(kept.map((row) => [terms[row], at(row)])),
  }
}

const round = (weight) => Math.round(weight * 100) / 100 + 0

function toJson(weights) {
  const rows = Object.entries(weights.terms).map(
    ([term, row]) => `    ${JSON.stringify(term)}: ${JSON.stringify(row)}`,
  )
  const head = Object.entries(weights)
    .filter(([key]) => key !== 'terms')
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`)
  return `{\n${head.join('')}  "terms": {\n${rows.join(',\n')}\n  }\n}\n`
}

/** Precision, recall and F1 per label at 0.5 on lines that training did not see. */
function measure(name, model, lines, everyday) {
  const totals = model.labels.map(() => ({ hit: 0, wrong: 0, missed: 0 }))
  for (let fold = 0; fold < 5; fold++) {
    const inFold = (_, i) => i % 5 === fold
    const outOfFold = (_, i) => i % 5 !== fold
    const weights = train(lines.filter(outOfFold), everyday.filter(outOfFold), model)
    const classify = createLinearClassifier(weights)
    const held = compose(lines.filter(inFold), everyday.filter(inFold), model, 97)
    const scores = classify(held.map(({ text }) => text))
    held.forEach(({ labels }, row) =>
      model.labels.forEach((label, column) => {
        const said = scores[row * model.labels.length + column] >= 0.5
        const is = labels.includes(label)
        if (said && is) totals[column].hit++
        else if (said) totals[column].wrong++
        else if (is) totals[column].missed++
      }),
    )
  }
  model.labels.forEach((label, column) => {
    const { hit, wrong, missed } = totals[column]
    const figures = {
      precision: hit / (hit + wrong),
      recall: hit / (hit + missed),
      f1: (2 * hit) / (2 * hit + wrong + missed),
    }
    const shown = Object.entries(figures).map(([key, value]) => `${key} ${value.toFixed(3)}`)
    process.stdout.write(`${name} ${label}: ${shown.join(', ')}\n`)
  })
}

const everyday = readLines('everyday.txt')
let differs = false
const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
for (const [name, model] of Object.entries(MODELS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const lines = readLines(`${name}/training.txt`)
  if (process.argv.includes('--measure')) {
    measure(name, model, lines, everyday)
    continue
  }
  const file = new URL(`${name}/weights.json`, folder)
  const json = toJson(train(lines, everyday, model))
  if (process.argv.includes('--check')) {
    const same = readFileSync(file, 'utf8') === json
    if (!same) process.stderr.write(`${name}/weights.json is not what training gives\n`)
    differs ||= !same
  } else writeFileSync(file, json)
}
if (differs) process.exitCode = 1
