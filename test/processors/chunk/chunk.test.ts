import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createChunker } from '../../../processors/chunk/chunk.ts'
import { isSpace } from '../../../processors/chunk/is-space.ts'
import { ChunkOptionsError, defaultChunkOptions } from '../../../processors/chunk/options.ts'
import type { ChunkOptions } from '../../../processors/chunk/options.ts'
import { loadTokenizer } from '../../../processors/tokenise/load-tokenizer.ts'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'
import type { Chunk, Span } from '../../../topology/model/document.ts'
import { documents, spanOf, texts } from './documents.ts'

const tokeniser = createTokeniser(loadTokenizer())

function chunksOf(
  text: string,
  options: Partial<ChunkOptions> = {},
  spans: readonly Span[] = [],
): Chunk[] {
  const chunker = createChunker({ ...defaultChunkOptions, ...options }, tokeniser)
  return chunker({ text, spans }, tokeniser.tokenise(text))
}

/** Room for 18 tokens of text. */
const SMALL = { maxTokens: 20, overlap: 0 }
const textsOf = (text: string, chunks: readonly Chunk[]): string[] =>
  chunks.map((chunk) => text.slice(chunk.start, chunk.end))
const words = (count: number, word = 'the'): string => Array(count).fill(word).join(' ')

const RUNS = { numRuns: 400 }

const options = fc
  .record({ room: fc.integer({ min: 16, max: 40 }), overlap: fc.nat(7), reserve: fc.nat(5) })
  .map(({ room, overlap, reserve }) => ({ maxTokens: room + 2 + reserve, overlap, reserve }))

describe('chunk', () => {
  it('never makes a chunk with more tokens than fit beside special tokens and reserve', () => {
    fc.assert(
      fc.property(documents, options, ({ text, spans }, small) => {
        for (const chunk of chunksOf(text, small, spans)) {
          assert.ok(chunk.ids.length > 0)
          assert.ok(chunk.ids.length <= small.maxTokens - 2 - small.reserve)
        }
      }),
      RUNS,
    )
  })

  it('leaves no character out that is not white space', () => {
    fc.assert(
      fc.property(documents, options, ({ text, spans }, small) => {
        const chunks = chunksOf(text, small, spans)
        if (chunks.length === 0) return assert.equal(tokeniser.tokenise(text).ids.length, 0)
        const covered = new Uint8Array(text.length)
        for (const { start, end } of chunks) covered.fill(1, start, end)
        for (let i = 0; i < text.length; i++) {
          assert.ok(covered[i] === 1 || isSpace(text.charCodeAt(i)), `unit ${i}`)
        }
      }),
      RUNS,
    )
  })

  it('gives each chunk the ids that its own text has, save where a word had to be cut', () => {
    let hard = 0
    fc.assert(
      fc.property(documents, options, ({ text, spans }, small) => {
        for (const chunk of chunksOf(text, small, spans)) {
          const again = tokeniser.tokenise(text.slice(chunk.start, chunk.end)).ids
          if (chunk.hardSplit) hard++
          else assert.deepEqual(chunk.ids, again)
        }
      }),
      RUNS,
    )
    assert.ok(hard > 0, 'the generator makes words that are too long')
  })

  it('gives every token to a chunk, and moves on with each chunk', () => {
    fc.assert(
      fc.property(documents, options, ({ text, spans }, small) => {
        const { offsets } = tokeniser.tokenise(text)
        const chunks = chunksOf(text, small, spans)
        for (let i = 0; i < offsets.length; i += 2) {
          const inside = (c: Chunk): boolean => c.start <= offsets[i]! && offsets[i + 1]! <= c.end
          assert.ok(chunks.some(inside), `token at ${offsets[i]}`)
        }
        for (const [i, chunk] of chunks.entries()) {
          assert.equal(chunk.ordinal, i)
          assert.ok(chunk.start < chunk.end)
          if (i > 0) assert.ok(chunk.start > chunks[i - 1]!.start && chunk.end > chunks[i - 1]!.end)
        }
      }),
      RUNS,
    )
  })

  it('never cuts a surrogate pair', () => {
    fc.assert(
      fc.property(texts, options, (text, small) => {
        for (const { start, end } of chunksOf(text, small)) {
          for (const at of [start, end]) {
            assert.doesNotMatch(
              text.slice(Math.max(0, at - 1), at + 1),
              /^[\ud800-\udbff][\udc00-\udfff]/,
            )
          }
        }
      }),
      RUNS,
    )
  })

  it('repeats no more tokens than asked', () => {
    fc.assert(
      fc.property(documents, options, ({ text, spans }, small) => {
        const { offsets } = tokeniser.tokenise(text)
        const chunks = chunksOf(text, small, spans)
        for (const [i, chunk] of chunks.entries()) {
          const before = chunks[i - 1]?.end ?? 0
          let repeated = 0
          for (let t = 0; t < offsets.length; t += 2) {
            if (offsets[t]! >= chunk.start && offsets[t + 1]! <= before) repeated++
          }
          assert.ok(repeated <= small.overlap)
        }
      }),
      RUNS,
    )
  })

  it('gives the same ids again, and others when text, place, options or tokenizer differ', () => {
    const text = words(60)
    const ids = chunksOf(text, SMALL).map((chunk) => chunk.id)
    assert.deepEqual(
      chunksOf(text, SMALL).map((chunk) => chunk.id),
      ids,
    )
    assert.equal(new Set(ids).size, ids.length)
    const other = createChunker(
      { ...defaultChunkOptions, ...SMALL },
      { ...tokeniser, sha256: createHash('sha256').update('other').digest('hex') },
    )({ text, spans: [] }, tokeniser.tokenise(text))
    for (const changed of [
      other,
      chunksOf(`${text} the`, SMALL),
      chunksOf(text, { ...SMALL, overlap: 1 }),
    ]) {
      for (const chunk of changed) assert.ok(!ids.includes(chunk.id))
    }
    assert.match(ids[0]!, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('keeps ids and borders from one release to the next', () => {
    const text = `${words(30)}. ${words(30, 'meeting')}`
    assert.deepEqual(
      chunksOf(text, { maxTokens: 34, overlap: 4 }).map(({ id, start, end }) => [id, start, end]),
      GOLDEN,
    )
  })

  it('puts a text that fits into one chunk, whatever borders it holds', () => {
    const text = 'the\n\nthe'
    assert.deepEqual(textsOf(text, chunksOf(text, SMALL, [spanOf('quote', 5, 8)])), [text])
  })

  it('makes no chunk of a text without tokens', () => {
    assert.deepEqual(chunksOf(''), [])
    assert.deepEqual(chunksOf(' \n \u200b'), [])
  })

  it('refuses options that leave no room, naming every problem', () => {
    assert.throws(
      () =>
        createChunker(
          { ...defaultChunkOptions, maxTokens: 20, overlap: -1, reserve: 10, specialTokens: 2 },
          tokeniser,
        ),
      (error) => error instanceof ChunkOptionsError && error.problems.length === 2,
    )
    assert.throws(() => chunksOf('', { overlap: 255 }), ChunkOptionsError)
    assert.doesNotThrow(() => chunksOf('', { overlap: 254 }))
  })
})

describe('chunk borders', () => {
  for (const [name, gap] of [
    ['a blank line', '\n\n'],
    ['a line break', '\n'],
    ['a full stop', '. '],
    ['an ideographic full stop', '。'],
    ['a closing quote', '!" '],
    ['a Hindi danda', '। '],
  ] as const) {
    it(`are put after ${name} rather than at a word`, () => {
      const text = `${words(13)}${gap}${words(10)}`
      const [first] = textsOf(text, chunksOf(text, SMALL))
      assert.equal(first, `${words(13)}${gap}`.trimEnd())
    })
  }

  it('prefer blank lines to line breaks to sentences, and of equals the latest', () => {
    const text = `${words(11)}\n\nthe the\nthe. the the`
    assert.equal(
      textsOf(`${text} ${words(9)}`, chunksOf(`${text} ${words(9)}`, SMALL))[0],
      words(11),
    )
    const lines = `${words(11)}\n${words(3)}\n${words(12)}`
    assert.equal(textsOf(lines, chunksOf(lines, SMALL))[0], `${words(11)}\n${words(3)}`)
  })

  it('are not looked for in the first 60 % of the window', () => {
    const text = `${words(8)}\n\n${words(20)}`
    assert.equal(chunksOf(text, SMALL)[0]!.ids.length, 18)
  })

  it('prefer the border of a quote to a blank line', () => {
    const text = `${words(12)}\n${words(3)}\n\n${words(12)}`
    const quote = spanOf('quote', words(12).length + 1, text.length)
    assert.equal(textsOf(text, chunksOf(text, SMALL, [quote]))[0], words(12))
  })

  it('keep a heading with what it heads', () => {
    const text = `${words(12)} title the ${words(12)}`
    const at = words(12).length + 1
    const chunks = chunksOf(text, SMALL, [spanOf('heading', at, at + 5)])
    assert.equal(textsOf(text, chunks)[0], words(12))
  })

  it('keep turns whole where a turn fits a chunk', () => {
    const turns = [3, 17, 2, 9, 9, 9].map((count) => words(count))
    const text = turns.join('\n')
    let start = 0
    const spans = turns.map((turn) => {
      const span = spanOf('turn', start, start + turn.length)
      start = span.end + 1
      return span
    })
    const borders = new Set(spans.flatMap((span) => [span.start, span.end]))
    const chunks = chunksOf(text, SMALL, spans)
    assert.ok(chunks.every(({ start: from, end }) => borders.has(from) && borders.has(end)))
    assert.deepEqual(
      chunks.map((chunk) => chunk.ids.length),
      [3, 17, 11, 18],
    )
  })

  it('repeat from the first sentence within the overlap', () => {
    const text = `${words(14)}. the the. ${words(20)}`
    const [, second] = textsOf(text, chunksOf(text, { maxTokens: 20, overlap: 5 }))
    assert.ok(second!.startsWith('the the. the'))
  })

  it('repeat nothing across the border of a part', () => {
    const text = `${words(15)}\n${words(30)}`
    const spans = [
      spanOf('body', 0, words(15).length),
      spanOf('quote', words(15).length + 1, text.length),
    ]
    const chunks = chunksOf(text, { maxTokens: 20, overlap: 5 }, spans)
    assert.equal(chunks[1]!.start, spans[1]!.start)
    assert.ok(chunks[2]!.start < chunks[1]!.end, 'inside the quote they overlap')
  })

  it('cut a word that is longer than a chunk between characters, and say so', () => {
    const text = `the ${'한'.repeat(20)} the`
    const chunks = chunksOf(text, SMALL)
    assert.equal(textsOf(text, chunks).join(''), text.replace(' ', ''))
    const [first, ...others] = chunks.map((chunk) => chunk.hardSplit)
    assert.equal(first, false)
    assert.ok(others.length > 1 && others.every(Boolean))
  })
})

/** Recorded. When this must change, so must the version inside the ids (chunk-id.ts) and the version of the stage. */
const GOLDEN: readonly (readonly [id: string, start: number, end: number])[] = [
  ['bc306592-3358-802e-a456-75158f13ff49', 0, 120],
  ['dc75a95a-0a0d-8f34-8fc2-986f0ed6df71', 108, 344],
  ['ff0a091e-0dd8-8e16-adcf-9853ae0f3851', 313, 360],
]
