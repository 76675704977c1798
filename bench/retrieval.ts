import { parseArgs } from 'node:util'
import { tokeniserOnce } from '../processors/tokenise/index.ts'
import type { Tokeniser } from '../processors/tokenise/tokeniser.ts'
import { fixed, sentences, structured, turns } from './retrieval/chunkings.ts'
import type { Chunking } from './retrieval/chunkings.ts'
import type { Collection } from './retrieval/collection.ts'
import { hashEmbedder, miniLm } from './retrieval/embedders.ts'
import type { Embedder } from './retrieval/embedders.ts'
import { readMeetings } from './retrieval/meetings.ts'
import { recallOf } from './retrieval/recall.ts'
import type { Recall } from './retrieval/recall.ts'
import { readReplies } from './retrieval/replies.ts'
import { saveResult } from './save-result.ts'

/**
 * What is found again by way of chunks, exact cosines over the whole collection:
 *
 *     npm run bench:retrieval -- [--meetings FOLDER] [--most 196] [--mails FOLDER] [--most-mails 4200] [--minilm]
 *
 * Meetings are those of QMSum, with questions and the turns that answer them; mails a folder of .eml, with replies as questions for what
 * they answer, as headers of chunks are of mails. With `--minilm` a real model embeds, too, with its own tokenizer and limit.
 * Writes bench/results/retrieval.json; load on the machine changes nothing in it.
 */
const { values } = parseArgs({
  options: {
    meetings: { type: 'string' },
    most: { type: 'string', default: '196' },
    mails: { type: 'string' },
    'most-mails': { type: 'string', default: '4200' },
    minilm: { type: 'boolean', default: false },
  },
})

interface Row extends Recall {
  readonly set: string
  readonly embedding: string
  readonly chunking: string
}

const rows: Row[] = []
const write = (text: string) => process.stdout.write(`${text}\n`)
const percent = (share: number) => (share * 100).toFixed(1).padStart(9)

const measure = async (
  set: string,
  { sources, questions }: Collection,
  chunkings: Readonly<Record<string, Chunking>>,
  tokeniser: Tokeniser,
  embedders: readonly Embedder[],
): Promise<void> => {
  write(`\n${set}: ${sources.length} documents, ${questions.length} questions`)
  write(
    `${'embedding'.padEnd(14)}${'chunks'.padEnd(28)}   number  tokens recall@10   hit@10  in 2000  in 5000`,
  )
  const asked = questions.map(({ text }) => ({ text, ids: tokeniser.tokenise(text).ids }))
  for (const [chunking, cut] of Object.entries(chunkings)) {
    const pieces = sources.flatMap((source, at) => cut(source, at))
    for (const embedder of embedders) {
      const vectors = await embedder.embed(pieces)
      const recall = recallOf(pieces, vectors, questions, await embedder.embed(asked))
      rows.push({ set, embedding: embedder.name, chunking, ...recall })
      const { recallAt10, hitAt10, recallIn2000, recallIn5000 } = recall
      const counts = `${String(recall.pieces).padStart(9)}${String(recall.meanTokens).padStart(8)}`
      const shares = [recallAt10, hitAt10, recallIn2000, recallIn5000].map(percent).join('')
      write(`${embedder.name.padEnd(14)}${chunking.padEnd(28)}${counts}${shares}`)
    }
  }
}

const chunkingsOf = (tokeniser: Tokeniser, maxTokens: number, overlap: number) => {
  const limits = { maxTokens, overlap }
  return {
    [`structure ${maxTokens}/${overlap}`]: structured(tokeniser, limits),
    [`fixed ${maxTokens}/${overlap}`]: fixed(tokeniser, limits),
    [`sentences up to ${maxTokens}`]: sentences(tokeniser, limits),
    'one turn each': turns(tokeniser, limits),
  }
}

const headersOf = (tokeniser: Tokeniser, maxTokens: number, overlap: number) =>
  Object.fromEntries(
    (['none', 'subject', 'full'] as const).map((header) => [
      `${maxTokens}/${overlap}, header ${header}`,
      structured(tokeniser, { maxTokens, overlap, header }),
    ]),
  )

const hash = hashEmbedder()
const own = tokeniserOnce()()
const real = values.minilm ? await miniLm() : undefined
try {
  if (values.meetings !== undefined) {
    const meetings = readMeetings(values.meetings, Number(values.most))
    const set = `meetings, ${meetings.sources.length}`
    await measure(set, meetings, chunkingsOf(own, 512, 50), own, [hash])
    if (real) {
      const both = [hash, real.embedder]
      // A model takes many times longer: not every chunking.
      const {
        'one turn each': _,
        'sentences up to 256': __,
        ...chunkings
      } = chunkingsOf(real.tokeniser, 256, 25)
      await measure(set, meetings, chunkings, real.tokeniser, both)
    }
  }
  if (values.mails !== undefined) {
    const mails = await readReplies(values.mails, Number(values['most-mails']))
    await measure('replies', mails, headersOf(own, 512, 50), own, [hash])
    if (real) {
      const both = [hash, real.embedder]
      await measure('replies', mails, headersOf(real.tokeniser, 256, 25), real.tokeniser, both)
    }
  }
} finally {
  real?.embedder.close()
}
await saveResult('retrieval', rows)
