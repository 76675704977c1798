import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { loadTokenizer } from '../../../processors/tokenise/load-tokenizer.ts'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'
import { TokenizerFileError } from '../../../processors/tokenise/tokenizer-file-error.ts'
import { tiny, variant } from './vocabularies.ts'

function problemsOf(json: string): readonly string[] {
  try {
    createTokeniser(json)
  } catch (error) {
    assert.ok(error instanceof TokenizerFileError)
    return error.problems
  }
  throw new Error('the file was taken')
}

describe('tokenise', () => {
  const embedded = createTokeniser(loadTokenizer())

  it('counts offsets in UTF-16 units', () => {
    const tokeniser = createTokeniser(tiny(['hi', '##😀', '!']))
    const { ids, offsets } = tokeniser.tokenise('😀 hi😀!')
    assert.deepEqual([...ids], [0, 1, 2, 3])
    assert.deepEqual([...offsets], [0, 2, 3, 5, 5, 7, 7, 8])
  })

  it('makes a word unknown as a whole when a part of it matches nothing', () => {
    const tokeniser = createTokeniser(tiny(['un', '##known']))
    assert.deepEqual([...tokeniser.tokenise('unknown unk').ids], [1, 2, 0])
  })

  it('makes a word unknown when it has more code points than the file allows', () => {
    const tokeniser = createTokeniser(tiny(['😀', '##😀'], { max_input_chars_per_word: 3 }))
    assert.deepEqual([...tokeniser.tokenise('😀😀😀 😀😀😀😀').ids], [1, 2, 2, 0])
  })

  it('gives the same tokens after more words than are remembered, of all lengths', () => {
    const word = (index: number): string => `${index.toString(36)}x${'ab'.repeat(index % 34)}`
    const texts = Array.from({ length: 60 }, (_, page) =>
      Array.from({ length: 1000 }, (_unused, line) => word(page * 1000 + line)).join(' '),
    )
    const used = createTokeniser(loadTokenizer())
    for (const text of texts) used.tokenise(text)
    for (const text of [texts[0]!, texts.at(-1)!]) {
      const { ids, offsets } = createTokeniser(loadTokenizer()).tokenise(text)
      for (let time = 0; time < 2; time++) {
        const again = used.tokenise(text)
        assert.ok(Buffer.from(ids.buffer).equals(Buffer.from(again.ids.buffer)))
        assert.ok(Buffer.from(offsets.buffer).equals(Buffer.from(again.offsets.buffer)))
      }
    }
  })

  it('keeps no more of a word that is too long than it needs', () => {
    const tokeniser = createTokeniser(tiny(['a', '##a']))
    const text = `\u200b${'a'.repeat(20_000_000)}\u200b`
    const held = process.memoryUsage().arrayBuffers
    const { ids, offsets } = tokeniser.tokenise(text)
    assert.ok(process.memoryUsage().arrayBuffers - held < 8_000_000)
    assert.deepEqual([...ids], [0])
    assert.deepEqual([...offsets], [1, 20_000_001])
  })

  it('treats an unpaired surrogate as the replacement character, which cleaning drops', () => {
    const tokeniser = createTokeniser(tiny(['ab', 'a', 'b']))
    const { ids, offsets } = tokeniser.tokenise('a\ud83d b\udc00 a\ud83db')
    assert.deepEqual([...ids], [2, 3, 1])
    assert.deepEqual([...offsets], [0, 1, 3, 4, 6, 9])
  })

  it('finds special tokens written in a text, as the reference does', () => {
    assert.equal(embedded.decode(embedded.tokenise('a[SEP]b').ids), 'a [SEP] b')
  })

  it('takes runs that are longer than any word, of letters, of marks and of marks out of order', () => {
    const length = 200_000
    for (const run of ['a', '\u0301', '\u200b', '\u302e\u302f', '\ud83d', '[', '[SEP]', '한']) {
      const { offsets } = embedded.tokenise(`x ${run.repeat(length / run.length)} x`)
      assert.equal(offsets.at(-1), length + 4, JSON.stringify(run))
    }
  })

  it('says which ids begin a word', () => {
    const { ids } = createTokeniser(tiny(['un', '##known'])).tokenise('unknown')
    const tokeniser = createTokeniser(tiny(['un', '##known']))
    assert.deepEqual([...ids].map(tokeniser.startsWord), [true, false])
  })

  it('ignores truncation and padding of the file', () => {
    const truncation = { max_length: 2, strategy: 'LongestFirst', stride: 0 }
    const padding = { strategy: { Fixed: 8 }, direction: 'Right', pad_id: 0, pad_token: '[PAD]' }
    const cut = createTokeniser(variant({ truncation, padding }))
    assert.deepEqual(cut.tokenise('one two three four'), embedded.tokenise('one two three four'))
  })

  it('knows the hash of its file, its size, and the tokens to put around a text', () => {
    const json = loadTokenizer()
    assert.equal(embedded.sha256, createHash('sha256').update(json).digest('hex'))
    assert.equal(embedded.vocabularySize, 30_000)
    assert.deepEqual([...embedded.before, ...embedded.after].map(embedded.piece), [
      '[CLS]',
      '[SEP]',
    ])
  })

  it('reads the tokens around a text from a template too', () => {
    const single = [
      { SpecialToken: { id: 'start', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: 'end', type_id: 0 } },
    ]
    const special_tokens = { start: { ids: [7] }, end: { ids: [8, 9] } }
    const { before, after } = createTokeniser(
      variant({ post_processor: { type: 'TemplateProcessing', single, special_tokens } }),
    )
    assert.deepEqual([before, after], [[7], [8, 9]])
  })

  it('keeps what it gave out when it is used again', () => {
    const first = embedded.tokenise('first text')
    const copy = structuredClone(first)
    embedded.tokenise('an altogether different second text')
    assert.deepEqual(first, copy)
  })

  it('gives offsets that rise, stay inside the text and never cut a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { ids, offsets } = embedded.tokenise(text)
        assert.equal(offsets.length, 2 * ids.length)
        for (let i = 0; i < offsets.length; i++) {
          const at = offsets[i]!
          assert.ok(at >= 0 && at <= text.length)
          assert.ok(at === 0 || !/^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(at - 1, at + 1)))
          if (i % 2 === 1) assert.ok(at > offsets[i - 1]!)
          else if (i > 0) assert.ok(at >= offsets[i - 2]!)
        }
      }),
    )
  })

  it('gives a text the same tokens whatever came before it', () => {
    const random = fc.array(fc.string({ unit: 'grapheme', maxLength: 80 }), { maxLength: 8 })
    fc.assert(
      fc.property(random, fc.string({ unit: 'grapheme' }), (earlier, text) => {
        const tokeniser = createTokeniser(tiny(['a', 'b', '##a', '##b', 'ab', '1', '##1']))
        for (const before of earlier) tokeniser.tokenise(before)
        const fresh = createTokeniser(tiny(['a', 'b', '##a', '##b', 'ab', '1', '##1']))
        assert.deepEqual(tokeniser.tokenise(text), fresh.tokenise(text))
      }),
      { numRuns: 15 },
    )
  })

  it('says where a file is not JSON', () => {
    assert.match(problemsOf('{"model": 1;}').join(), /^not JSON: .*at position 11/)
  })

  it('names everything in a file that it does not support, at once', () => {
    const problems = problemsOf(
      variant({
        normalizer: { type: 'NFKC' },
        pre_tokenizer: { type: 'ByteLevel' },
        added_tokens: [{ id: 0, content: '[PAD]', single_word: true, normalized: true }],
      }),
    )
    const places = problems.map((problem) => problem.split(':')[0])
    assert.deepEqual(places, ['added_tokens.0.normalized', 'normalizer.type', 'pre_tokenizer.type'])
  })

  it('refuses another kind of model, and an unknown token that is not in the vocabulary', () => {
    assert.match(
      problemsOf(variant({ model: { type: 'WordLevel', vocab: {} } })).join(),
      /^model\.type: WordLevel is not supported/,
    )
    assert.match(problemsOf(tiny(['a'], { unk_token: '<unk>' })).join(), /^model\.unk_token/)
  })
})
