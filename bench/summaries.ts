import { createEmbeddedModelServer } from '../drivers/embedded/model-server/embedded-model-server.ts'
import { splitSentences } from '../drivers/embedded/models/split-sentences.ts'
import { systemClock as clock } from '../drivers/system/system-clock.ts'
import { readModelCard } from '../gpu-runners/models/read-model-card.ts'
import { createTextSummariser } from '../gpu-runners/summarise/by-text.ts'
import { saveResult } from './save-result.ts'
import { readSummarisedTalks } from './summaries/gold.ts'
import type { SummarisedTalk } from './summaries/gold.ts'
import { rougeL, rougeN, wordsOf } from './summaries/rouge.ts'
import { supportedSentences } from './summaries/supported.ts'

/**
 * How near summaries come to those that people wrote of the same talks, by ROUGE:
 *
 *     npm run bench:summaries -- FOLDER-OF-QMSUM [--most 300]
 *
 * The default without weights, as the stage asks it, beside the first three sentences and the first 120 words of each talk. Says, too,
 * which share of their sentences the talk says word for word. Writes bench/results/summaries.json.
 */
const [folder = '', ...rest] = process.argv.slice(2)
if (folder === '' || folder.startsWith('--')) throw new Error('usage: bench:summaries FOLDER')
const most = Number(rest[rest.indexOf('--most') + 1] ?? 300) || 300
const LEAD_WORDS = 120
const talks = readSummarisedTalks(folder).slice(0, most)

const sentencesOf = (text: string): readonly string[] => {
  const bounds = splitSentences(text, { maxSentences: 10_000, maxUnits: 10_000 })
  return Array.from({ length: bounds.length / 2 }, (_, at) =>
    text.slice(bounds[2 * at], bounds[2 * at + 1]),
  )
}

const models = createEmbeddedModelServer()
const card = readModelCard('summarise-lexrank', 'summarise')
const byText = createTextSummariser({ card, pool: {} })
const lexRank = async ({ text }: SummarisedTalk): Promise<string> => {
  const said = { prepared: { text, spans: [] }, tokens: wordsOf(text).length }
  const outcome = await byText(said, { models, clock }, new AbortController().signal)
  return outcome.kind === 'made' ? outcome.summary.text : ''
}

const ways: Readonly<Record<string, (talk: SummarisedTalk) => Promise<string>>> = {
  'summarise-lexrank (default)': lexRank,
  'first three sentences': ({ turns }) =>
    Promise.resolve(turns.flatMap(sentencesOf).slice(0, 3).join(' ')),
  [`first ${LEAD_WORDS} words`]: ({ turns }) =>
    Promise.resolve(turns.join(' ').split(' ').slice(0, LEAD_WORDS).join(' ')),
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const measure = async (name: string, summarise: (talk: SummarisedTalk) => Promise<string>) => {
  const scores = []
  for (const talk of talks) {
    const text = await summarise(talk)
    scores.push({
      one: rougeN(text, talk.gold, 1).f1,
      two: rougeN(text, talk.gold, 2).f1,
      long: rougeL(text, talk.gold).f1,
      words: wordsOf(text).length,
      ...supportedSentences(sentencesOf(text), `${talk.text} ${talk.turns.join(' ')}`),
    })
  }
  const all = scores.reduce((sum, each) => sum + each.all, 0)
  const supported = scores.reduce((sum, each) => sum + each.supported, 0)
  return {
    name,
    rouge1: mean(scores.map(({ one }) => one)),
    rouge2: mean(scores.map(({ two }) => two)),
    rougeL: mean(scores.map(({ long }) => long)),
    words: mean(scores.map(({ words }) => words)),
    sentences: all,
    supported: supported / all,
  }
}

try {
  const results = []
  for (const [name, way] of Object.entries(ways)) results.push(await measure(name, way))
  process.stdout.write(`${talks.length} talks, F1\n`)
  for (const { name, rouge1, rouge2, rougeL: long, words, supported, sentences } of results)
    process.stdout.write(
      `${name.padEnd(30)} ROUGE-1 ${rouge1.toFixed(3)}  ROUGE-2 ${rouge2.toFixed(3)}  ROUGE-L ${long.toFixed(3)}  ` +
        `${words.toFixed(0)} words  ${(supported * 100).toFixed(1)} % of ${sentences} sentences word for word\n`,
    )
  await saveResult('summaries', { talks: talks.length, results })
} finally {
  await models.close()
}
