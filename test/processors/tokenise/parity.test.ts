import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'mocha'
import { loadTokenizer } from '../../../processors/tokenise/load-tokenizer.ts'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'
import { randomTexts } from './random-text.ts'
import { createReference } from './reference.ts'
import { addedToken, normaliser, variant } from './vocabularies.ts'

/** Prose in many scripts, and source code. */
const CORPUS = ['words.txt', 'README.md'].flatMap((name) =>
  readFileSync(
    new URL(`../../../../processors/tokenise/vocabulary/${name}`, import.meta.url),
    'utf8',
  ).split(/\n\n/),
)

const BATCH = 500

async function assertParity(json: string, texts: readonly string[]): Promise<void> {
  const ours = createTokeniser(json)
  const reference = createReference(json)
  for (let from = 0; from < texts.length; from += BATCH) {
    const batch = texts.slice(from, from + BATCH)
    const wanted = await reference.tokenise(batch)
    for (const [i, text] of batch.entries()) {
      assert.deepEqual(ours.tokenise(text), wanted[i], JSON.stringify(text))
      // Once more, now that every word is in the cache.
      assert.deepEqual(ours.tokenise(text), wanted[i], `cached: ${JSON.stringify(text)}`)
    }
  }
}

describe('tokenise, against the reference implementation', () => {
  it('gives the same ids and offsets on prose in many scripts', async () => {
    await assertParity(loadTokenizer(), CORPUS)
  })

  it('gives the same ids and offsets on random Unicode', async () => {
    await assertParity(loadTokenizer(), randomTexts(1, 3000))
  })

  it('gives the same ids and offsets for every single code point', async () => {
    const points: string[] = []
    for (let point = 0; point < 0x110000; point += point < 0x3400 ? 1 : 7) {
      if (point < 0xd800 || point > 0xdfff) points.push(`a${String.fromCodePoint(point)}b`)
    }
    // Many to a text, each between words of its own, to keep the calls few.
    const texts: string[] = []
    for (let i = 0; i < points.length; i += 400) texts.push(points.slice(i, i + 400).join(' '))
    await assertParity(loadTokenizer(), texts)
  })

  const switches: readonly Parameters<typeof normaliser>[] = [
    [false, false, false, false],
    [false, true, true, false],
    [true, false, null, true],
    [true, true, false, true],
    [true, true, true, false],
    [false, true, null, true],
  ]
  for (const flags of switches) {
    it(`agrees under the switches ${flags.join(' ')}`, async () => {
      await assertParity(variant({ normalizer: normaliser(...flags) }), randomTexts(2, 600))
    })
  }

  it('agrees on added tokens that take the white space around them', async () => {
    const added = [
      addedToken(1, '[UNK]'),
      addedToken(3, '[SEP]', { lstrip: true, rstrip: true }),
      addedToken(4, '[MASK]', { rstrip: true }),
      addedToken(30_000, '<mask>', { lstrip: true }),
      addedToken(30_001, '<mask>s'),
    ]
    const texts = ['a <mask>s b', ' <mask>  <mask> ', 'x[SEP] \u3000[SEP]\t[MASK] \n y', '[[SEP]]']
    await assertParity(variant({ added_tokens: added }), [...texts, ...randomTexts(3, 600)])
  })
})
