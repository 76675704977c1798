import { parseArgs } from 'node:util'
import { createEmbeddedModelServer } from '../drivers/embedded/model-server/embedded-model-server.ts'
import { splitSentences } from '../drivers/embedded/models/split-sentences.ts'
import { systemClock as clock } from '../drivers/system/system-clock.ts'
import { readModelCard } from '../gpu-runners/models/read-model-card.ts'
import { createTextSummariser } from '../gpu-runners/summarise/by-text.ts'
import { saveResult } from './save-result.ts'
import { openLlmSummaries } from './summaries/by-llm.ts'
import { supportedClaims } from './summaries/claims.ts'
import type { Claim } from './summaries/claims.ts'
import { readSummarisedTalks } from './summaries/gold.ts'
import type { SummarisedTalk } from './summaries/gold.ts'
import { rougeL, rougeN, wordsOf } from './summaries/rouge.ts'
import { supportedSentences } from './summaries/supported.ts'

/**
 * How near summaries come to those that people wrote of the same talks, by ROUGE, and whether they say what is said there:
 *
 *     npm run bench:summaries -- FOLDER-OF-QMSUM [--most 300] [--half even|odd] [--llm http://127.0.0.1:8080/v1 --model NAME [--input-tokens 6000] [--timeout 300]]
 *
 * The default without weights, as the stage asks it (its weights were tried on the `even` talks, so the `odd` ones judge it), beside the first three sentences and the first 120 words of each talk; with `--llm` also
 * a model behind OpenAI's chat completions, its key in LLM_KEY. Says, too, which share of their sentences the talk says word for word, and
 * of which the words stand in what they cite. Writes bench/results/summaries.json.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    most: { type: 'string', default: '300' },
    half: { type: 'string' },
    llm: { type: 'string' },
    model: { type: 'string' },
    'input-tokens': { type: 'string', default: '6000' },
    timeout: { type: 'string', default: '300' },
  },
})
const [folder] = positionals
if (folder === undefined || (values.llm === undefined) !== (values.model === undefined))
  throw new Error('usage: bench:summaries FOLDER [--llm URL --model NAME]')
const most = Number(values.most)
const LEAD_WORDS = 120
const talks = readSummarisedTalks(folder)
  .filter((_, at) => values.half === undefined || (at % 2 === 0) === (values.half === 'even'))
  .slice(0, most)

const sentencesOf = (text: string): readonly string[] => {
  const bounds = splitSentences(text, { maxSentences: 10_000, maxUnits: 10_000 })
  return Array.from({ length: bounds.length / 2 }, (_, at) =>
    text.slice(bounds[2 * at], bounds[2 * at + 1]),
  )
}

const models = createEmbeddedModelServer()
const card = readModelCard('summarise-coverage', 'summarise')
const byText = createTextSummariser({ card, pool: {} })
const byDefault = async ({ text }: SummarisedTalk): Promise<Said> => {
  const said = { prepared: { text, spans: [] }, tokens: wordsOf(text).length }
  const outcome = await byText(said, { models, clock }, new AbortController().signal)
  return { text: outcome.kind === 'made' ? outcome.summary.text : '' }
}

const llm =
  values.llm !== undefined && values.model !== undefined
    ? openLlmSummaries(
        {
          url: values.llm.replace(/\/$/, ''),
          model: values.model,
          inputTokens: Number(values['input-tokens']),
          timeoutMs: Number(values.timeout) * 1_000,
          ...(process.env['LLM_KEY'] !== undefined && { key: process.env['LLM_KEY'] }),
        },
        sentencesOf,
      )
    : undefined

/** A summary, and what it cites where it cites something: all of the talk, when absent. */
interface Said {
  readonly text: string
  readonly claims?: readonly Claim[]
}

const ways: Readonly<Record<string, (talk: SummarisedTalk) => Said | Promise<Said>>> = {
  'summarise-coverage (default)': byDefault,
  'first three sentences': ({ turns }) => ({
    text: turns.flatMap(sentencesOf).slice(0, 3).join(' '),
  }),
  [`first ${LEAD_WORDS} words`]: ({ turns }) => ({
    text: turns.join(' ').split(' ').slice(0, LEAD_WORDS).join(' '),
  }),
  ...(llm && { [values.model ?? '']: ({ text }: SummarisedTalk) => llm.summarise(text) }),
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

interface Counted {
  readonly supported: number
  readonly all: number
}

/** Of one talk. */
interface Score {
  readonly one: number
  readonly two: number
  readonly long: number
  readonly words: number
  readonly quoted: Counted
  readonly claims: Counted
}

const measure = async (name: string, summarise: (talk: SummarisedTalk) => Said | Promise<Said>) => {
  const scores: Score[] = []
  for (const talk of talks) {
    const { text, claims } = await summarise(talk)
    const said = `${talk.text} ${talk.turns.join(' ')}`
    const sentences = sentencesOf(text)
    scores.push({
      one: rougeN(text, talk.gold, 1).f1,
      two: rougeN(text, talk.gold, 2).f1,
      long: rougeL(text, talk.gold).f1,
      words: wordsOf(text).length,
      quoted: supportedSentences(sentences, said),
      claims: supportedClaims(claims ?? sentences.map((each) => ({ text: each, evidence: said }))),
    })
  }
  const shareOf = (of: 'quoted' | 'claims') => {
    const sum = (what: 'all' | 'supported') =>
      scores.reduce((total, each) => total + each[of][what], 0)
    return { of: sum('all'), share: sum('supported') / sum('all') }
  }
  return {
    name,
    rouge1: mean(scores.map(({ one }) => one)),
    rouge2: mean(scores.map(({ two }) => two)),
    rougeL: mean(scores.map(({ long }) => long)),
    words: mean(scores.map(({ words }) => words)),
    /** Talks without a usable answer; they count as summaries of no words. */
    without: scores.filter(({ words }) => words === 0).length,
    quoted: shareOf('quoted'),
    claims: shareOf('claims'),
  }
}

const percent = ({ of, share }: { readonly of: number; readonly share: number }): string =>
  `${(share * 100).toFixed(1)} % of ${of}`

try {
  const results = []
  for (const [name, way] of Object.entries(ways)) results.push(await measure(name, way))
  process.stdout.write(`${talks.length} talks, F1\n`)
  for (const { name, rouge1, rouge2, rougeL: long, words, without, quoted, claims } of results)
    process.stdout.write(
      `${name.padEnd(30)} ROUGE-1 ${rouge1.toFixed(3)}  ROUGE-2 ${rouge2.toFixed(3)}  ROUGE-L ${long.toFixed(3)}  ${words.toFixed(0)} words\n` +
        `${''.padEnd(30)} ${percent(quoted)} sentences word for word, the words of ${percent(claims)} in what they cite, none at all for ${without} talks\n`,
    )
  await saveResult('summaries', { talks: talks.length, results })
} finally {
  await llm?.close()
  await models.close()
}
