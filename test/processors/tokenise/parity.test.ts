import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { loadTokenizer } from '../../../processors/tokenise/load-tokenizer.ts'
import { differenceFrom } from './difference.ts'
import { randomTexts } from './random-text.ts'
import { trainedFiles } from './trained-files.ts'
import { addedToken, normaliser, variant } from './vocabularies.ts'

/** Prose in many scripts, and source code. */
const CORPUS = ['words.txt', 'README.md'].flatMap((name) =>
  readFileSync(
    new URL(`../../../../processors/tokenise/vocabulary/${name}`, import.meta.url),
    'utf8',
  ).split(/\n\n/),
)

const BATCH = 500

/** A real tokenizer and mails, from the folder that `ARCHIVE_DATA` names; there are none in the repository. */
function realFiles(): { json: string; texts: string[] } | undefined {
  const folder = process.env['ARCHIVE_DATA']
  if (folder === undefined || !existsSync(join(folder, 'models/tokenizer.json'))) return undefined
  const mails = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.eml') || name.endsWith('.srt'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
  return { json: readFileSync(join(folder, 'models/tokenizer.json'), 'utf8'), texts: mails }
}

async function assertParity(json: string, texts: readonly string[]): Promise<void> {
  const find = differenceFrom(json)
  for (let from = 0; from < texts.length; from += BATCH) {
    assert.equal(await find(texts.slice(from, from + BATCH)), undefined)
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

  it('takes an added token for a word of its own beside the same characters', async () => {
    const [[, json]] = (await trainedFiles()) as [[string, string]]
    const texts: string[] = []
    for (let point = 0; point < 0x110000; point += point < 0x3400 ? 1 : 61) {
      const c = String.fromCodePoint(point)
      if (point < 0xd800 || point > 0xdfff) texts.push(` the${c}`, `${c}the `)
    }
    await assertParity(json, texts)
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

  it('agrees on byte-pair and Unigram files in the shapes of well-known models', async function () {
    this.timeout(60_000)
    const texts = [...CORPUS, CORPUS.join('\n\n'), ...randomTexts(4, 400)]
    for (const [name, json] of await trainedFiles()) {
      const difference = await differenceFrom(json)(texts)
      assert.equal(difference, undefined, `${name}: ${difference}`)
    }
  })

  it('agrees on what lies unpacked beside the checkout, where a tokenizer.json of a real model does', async function () {
    this.timeout(120_000)
    const real = realFiles()
    if (real === undefined) return this.skip()
    await assertParity(real.json, real.texts)
  })
})
