import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { before, describe, it } from 'mocha'
import { createChunker } from '../../../processors/chunk/chunk.ts'
import type { Chunker } from '../../../processors/chunk/chunk.ts'
import { defaultChunkOptions } from '../../../processors/chunk/options.ts'
import { loadTokenizer } from '../../../processors/tokenise/load-tokenizer.ts'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'
import type { Tokeniser } from '../../../processors/tokenise/tokeniser.ts'
import type { Chunk, Span } from '../../../topology/model/document.ts'
import { randomTexts } from '../tokenise/random-text.ts'
import { trainedFiles } from '../tokenise/trained-files.ts'
import { documents } from './documents.ts'

const RUNS = { numRuns: 120 }
const SHAPES = ['embedded vocabulary', 'GPT-2', 'XLM-R'] as const
const MOST_WORKERS = 4

/** What a worker thread holds: a tokeniser with a cache of its own, and a chunker. */
interface Holder {
  readonly tokeniser: Tokeniser
  readonly chunker: Chunker
}

const createHolder = (json: string): Holder => {
  const tokeniser = createTokeniser(json, { offsets: 'whole' })
  const options = { ...defaultChunkOptions, maxTokens: 26, overlap: 4 }
  return { tokeniser, chunker: createChunker(options, tokeniser) }
}

interface Text {
  readonly text: string
  readonly spans: readonly Span[]
}

const chunksOf = ({ tokeniser, chunker }: Holder, document: Text): readonly Chunk[] =>
  chunker(document, tokeniser.tokenise(document.text))

/** Documents, the order in which they come, and who takes each of them: up to four workers, in any slices. */
const runs = fc.array(documents, { minLength: 1, maxLength: 8 }).chain((batch) =>
  fc.record({
    batch: fc.constant(batch),
    order: fc.shuffledSubarray([...batch.keys()], { minLength: batch.length }),
    takers: fc.array(fc.nat(MOST_WORKERS - 1), {
      minLength: batch.length,
      maxLength: batch.length,
    }),
  }),
)

describe('chunk, on any number of workers', () => {
  const workers = new Map<string, readonly Holder[]>()
  before(async function () {
    this.timeout(60_000)
    const files = new Map([['embedded vocabulary', loadTokenizer()], ...(await trainedFiles())])
    for (const shape of SHAPES) {
      const json = files.get(shape)!
      // The last one takes every document, in the order in which they were made.
      const made = Array.from({ length: MOST_WORKERS + 1 }, () => createHolder(json))
      workers.set(shape, made)
    }
  })

  for (const shape of SHAPES) {
    it(`gives each document the same chunks, whoever takes it after whatever else: ${shape}`, () => {
      const crew = workers.get(shape)!
      fc.assert(
        fc.property(runs, ({ batch, order, takers }) => {
          const alone = batch.map((document) => chunksOf(crew.at(-1)!, document))
          for (const [turn, index] of order.entries()) {
            const chunks = chunksOf(crew[takers[turn]!]!, batch[index]!)
            assert.deepEqual(chunks, alone[index])
          }
        }),
        RUNS,
      )
    })
  }

  it('gives a worker that has just started the chunks of one that has seen thousands of words', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const crew = workers.get('embedded vocabulary')!
        assert.deepEqual(
          chunksOf(createHolder(loadTokenizer()), document),
          chunksOf(crew[0]!, document),
        )
      }),
      { numRuns: 6 },
    )
  })

  it('gives the same ids on one, two and three threads', async function () {
    this.timeout(60_000)
    // Joined, so that a text is more than one chunk.
    const words = randomTexts(11, 600)
    const texts = Array.from({ length: 60 }, (_, at) =>
      words.slice(10 * at, 10 * at + 10).join(' '),
    )
    const alone = await idsOn(texts, 1)
    assert.ok(alone.flat().length > 2 * texts.length)
    assert.deepEqual(await idsOn(texts, 2), alone)
    assert.deepEqual(await idsOn(texts, 3), alone)
  })
})

const threadUrl = new URL(`./chunk-thread${import.meta.url.slice(-3)}`, import.meta.url)

/** Ids of the chunks of each text. The texts are dealt out to the threads in turn. */
async function idsOn(texts: readonly string[], threads: number): Promise<string[][]> {
  const hands = await Promise.all(
    Array.from({ length: threads }, async (_, thread) => {
      const hand = texts.filter((__, at) => at % threads === thread)
      const worker = new Worker(threadUrl, { workerData: hand })
      const [ids] = (await once(worker, 'message')) as [string[][]]
      await worker.terminate()
      return ids
    }),
  )
  return texts.map((_, at) => hands[at % threads]![Math.floor(at / threads)]!)
}
