import assert from 'node:assert/strict'
import fc from 'fast-check'
import { before, describe, it } from 'mocha'
import { createChunker } from '../../../processors/chunk/chunk.ts'
import { isSpace } from '../../../processors/chunk/is-space.ts'
import { defaultChunkOptions } from '../../../processors/chunk/options.ts'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'
import type { Tokeniser } from '../../../processors/tokenise/tokeniser.ts'
import { trainedFiles } from '../tokenise/trained-files.ts'
import { documents } from './documents.ts'

const RUNS = { numRuns: 1500 }

/** Files whose pieces do not depend on what stands before them. */
const SHAPES = ['GPT-2', 'RoBERTa', 'Llama 3', 'o200k', 'XLM-R', 'T5']

describe('chunk, on byte-pair and Unigram tokens', () => {
  const tokenisers = new Map<string, Tokeniser>()
  before(async function () {
    this.timeout(60_000)
    for (const [name, json] of await trainedFiles()) {
      if (SHAPES.includes(name)) tokenisers.set(name, createTokeniser(json, { offsets: 'whole' }))
    }
  })

  for (const name of SHAPES) {
    it(`keeps the limit, covers the text and cuts where nothing changes: ${name}`, () => {
      const tokeniser = tokenisers.get(name)!
      const chunker = createChunker(
        { ...defaultChunkOptions, maxTokens: 26, overlap: 4 },
        tokeniser,
      )
      fc.assert(
        fc.property(documents, ({ text, spans }) => {
          const covered = new Uint8Array(text.length)
          const chunks = chunker({ text, spans }, tokeniser.tokenise(text))
          for (const chunk of chunks) {
            const { start, end, ids, hardSplit } = chunk
            assert.ok(ids.length > 0 && ids.length <= 24)
            covered.fill(1, start, end)
            if (hardSplit) continue
            assert.deepEqual(ids, tokeniser.tokenise(text.slice(start, end)).ids)
          }
          for (let i = 0; i < text.length && chunks.length > 0; i++) {
            assert.ok(covered[i] === 1 || isSpace(text.charCodeAt(i)), `unit ${i}`)
          }
        }),
        RUNS,
      )
    })
  }

  it('prefers line breaks, though they lie inside tokens', () => {
    const tokeniser = tokenisers.get('Llama 3')!
    const chunker = createChunker({ ...defaultChunkOptions, maxTokens: 26, overlap: 0 }, tokeniser)
    const text = `${'the '.repeat(16)}\nthe the. ${'the '.repeat(20)}`
    const [first] = chunker({ text, spans: [] }, tokeniser.tokenise(text))
    assert.equal(text.slice(first!.start, first!.end).trimEnd(), 'the '.repeat(16).trimEnd())
  })
})
