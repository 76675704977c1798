import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'
import { TokenizerFileError } from '../../../processors/tokenise/tokenizer-file-error.ts'
import { trainedFiles } from './trained-files.ts'

describe('tokenise, byte-pair and Unigram', () => {
  const files = new Map<string, string>()
  before(async function () {
    this.timeout(60_000)
    for (const [name, json] of await trainedFiles()) files.set(name, json)
  })

  const changed = (name: string, changes: object): string =>
    JSON.stringify({ ...(JSON.parse(files.get(name)!) as object), ...changes })

  const problemOf = (json: string): string => {
    try {
      createTokeniser(json)
    } catch (error) {
      assert.ok(error instanceof TokenizerFileError)
      return error.problems.join('; ')
    }
    throw new Error('the file was taken')
  }

  it('takes 100,000 times one letter in milliseconds, not minutes', () => {
    for (const name of ['GPT-2', 'o200k', 'Llama 2', 'XLM-R']) {
      const tokeniser = createTokeniser(files.get(name)!)
      for (const letter of ['a', '_', ' ', 'あ']) {
        tokeniser.tokenise(letter)
        const { user } = process.cpuUsage()
        const { offsets } = tokeniser.tokenise(letter.repeat(100_000))
        const milliseconds = (process.cpuUsage().user - user) / 1000
        assert.equal(offsets.at(-1), 100_000)
        assert.ok(milliseconds < 2000, `${name}, ${JSON.stringify(letter)}: ${milliseconds} ms`)
      }
    }
  })

  it('marks where a cut changes no other token', () => {
    const { wordStarts, offsets } = createTokeniser(files.get('T5')!).tokenise('meeting, tomorrow')
    const starts = [...offsets].filter((_, i) => i % 2 === 0 && wordStarts![i / 2] === 1)
    assert.deepEqual(starts, [0, 9])
  })

  it('gives back the text from the tokens', () => {
    for (const name of ['Llama 3', 'XLM-R', 'ALBERT']) {
      const { tokenise, decode } = createTokeniser(files.get(name)!)
      assert.equal(
        decode(tokenise('meeting tomorrow 😀').ids).replace('<unk>', '😀'),
        'meeting tomorrow 😀',
      )
    }
  })

  it('names what it does not support', () => {
    const cases: readonly (readonly [string, object, RegExp])[] = [
      ['XLM-R', { normalizer: { type: 'Nmt' } }, /^normalizer\.type: .*"Nmt"/],
      [
        'GPT-2',
        { pre_tokenizer: { type: 'UnicodeScripts' } },
        /^pre_tokenizer\.type: .*"UnicodeScripts"/,
      ],
      [
        'GPT-2',
        {
          pre_tokenizer: {
            type: 'Split',
            pattern: { Regex: '(?=x)y' },
            behavior: 'Isolated',
            invert: false,
          },
        },
        /^pre_tokenizer\.pattern/,
      ],
      ['GPT-2', { post_processor: { type: 'Wrap' } }, /^post_processor\.type: .*"Wrap"/],
      [
        'GPT-2',
        {
          pre_tokenizer: {
            type: 'Sequence',
            pretokenizers: [{ type: 'ByteLevel' }, { type: 'Digits' }],
          },
        },
        /Digits behind ByteLevel/,
      ],
      [
        'XLM-R',
        { normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAA' } },
        /^normalizer\.precompiled_charsmap: not a precompiled map/,
      ],
    ]
    for (const [name, changes, problem] of cases) {
      assert.match(problemOf(changed(name, changes)), problem)
    }
  })

  it('names a model option that it does not support', () => {
    const { model } = JSON.parse(files.get('GPT-2')!) as { model: object }
    const withModel = (changes: object): string =>
      problemOf(changed('GPT-2', { model: { ...model, ...changes } }))
    assert.match(withModel({ dropout: 0.1 }), /^model\.dropout: .*0\.1/)
    assert.match(withModel({ end_of_word_suffix: '</w>' }), /^model\.end_of_word_suffix: .*<\/w>/)
    assert.match(
      withModel({ merges: ['a nothing-such'] }),
      /^model\.merges\.0: a piece that is not/,
    )
  })
})
