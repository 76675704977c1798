import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createChunker } from '../../../processors/chunk/chunk.ts'
import { isSpace } from '../../../processors/chunk/is-space.ts'
import { defaultChunkOptions } from '../../../processors/chunk/options.ts'
import { textHash } from '../../../processors/chunk/text-hash.ts'
import { textPlaces } from '../../../processors/chunk/text-places.ts'
import { loadTokenizer } from '../../../processors/tokenise/load-tokenizer.ts'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'
import { documents, texts } from './documents.ts'

const tokeniser = createTokeniser(loadTokenizer())
const chunker = createChunker({ ...defaultChunkOptions, maxTokens: 26, overlap: 6 }, tokeniser)

describe('chunk places', () => {
  it('are those of the text in bytes and in code points', () => {
    fc.assert(
      fc.property(documents, ({ text, spans }) => {
        const bytes = Buffer.from(text)
        const points = Array.from(text)
        for (const chunk of chunker({ text, spans }, tokeniser.tokenise(text))) {
          const piece = text.slice(chunk.start, chunk.end)
          const { startByte, endByte, startCodePoint, endCodePoint } = chunk
          assert.deepEqual(bytes.subarray(startByte, endByte), Buffer.from(piece))
          assert.equal(points.slice(startCodePoint, endCodePoint).join(''), piece)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('are counted past letters of every length', () => {
    const placeAt = textPlaces('aß€😀\ud83d!', [0, 1, 2, 3, 5, 6, 7])
    const places = [0, 1, 2, 3, 5, 6, 7].map((unit) => Object.values(placeAt(unit)))
    assert.deepEqual(places, [
      [0, 0],
      [1, 1],
      [3, 2],
      [6, 3],
      [10, 4],
      [13, 5],
      [14, 6],
    ])
  })
})

/** The plain way to the same hash. */
const slowHash = (text: string): string => {
  let even = ''
  for (const unit of text.normalize('NFC')) {
    if (!isSpace(unit.charCodeAt(0))) even += unit
    else if (!even.endsWith(' ')) even += ' '
  }
  return createHash('sha256').update(even.replace(/^ | $/g, '')).digest('hex')
}

describe('chunk text hashes', () => {
  it('are of the text in NFC with its white space evened', () => {
    assert.equal(textHash('the end'), createHash('sha256').update('the end').digest('hex'))
    const spaces = fc
      .array(
        fc.oneof(texts, fc.constantFrom(' ', '  ', '\t', '\u00a0', '\ufeff', '\r\n', '\u3000')),
      )
      .map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(spaces, (text) => assert.equal(textHash(text), slowHash(text))),
      { numRuns: 300 },
    )
  })

  it('take each white space for one', () => {
    for (let unit = 0; unit < 0x10000; unit++) {
      const space = textHash(`a${String.fromCharCode(unit)}b`) === textHash('a b')
      assert.equal(space, isSpace(unit), unit.toString(16))
    }
  })

  it('are equal for the same words, however they are set, and in whatever document', () => {
    const hashes = [
      'Caf\u00e9 at\nnoon',
      '  Cafe\u0301   at noon\r\n',
      'Caf\u00e9\u00a0at\t noon',
    ].map(textHash)
    assert.equal(new Set(hashes).size, 1)
    assert.notEqual(textHash('Café at noon.'), hashes[0])
    assert.notEqual(textHash('café at noon'), hashes[0])
    const words = 'the meeting is moved '.repeat(4)
    const of = (text: string): string[] =>
      chunker({ text, spans: [] }, tokeniser.tokenise(text)).map((chunk) => chunk.textHash)
    const [first] = of(words)
    assert.equal(of(words.replaceAll(' ', '\n'))[0], first)
  })
})
