import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { loadTokenizer } from '../../../processors/tokenise/load-tokenizer.ts'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'
import { TokenizerFileError } from '../../../processors/tokenise/tokenizer-file-error.ts'

const refusal = (code: TokenizerFileError['code']) => (error: unknown) =>
  error instanceof TokenizerFileError && error.code === code

describe('load tokenizer', () => {
  const { sha256 } = createTokeniser(loadTokenizer())

  it('takes the file whose hash was asked for, and refuses any other', () => {
    assert.equal(loadTokenizer({ tokenizerSha256: sha256.toUpperCase() }), loadTokenizer())
    assert.throws(
      () => loadTokenizer({ tokenizerSha256: sha256.replace(/./, 'x') }),
      refusal('tokenizer-changed'),
    )
  })

  it('says which file cannot be read', () => {
    assert.throws(
      () => loadTokenizer({ tokenizerFile: '/nowhere/tokenizer.json' }),
      /tokenizer-unreadable: \/nowhere\/tokenizer\.json: cannot be read: ENOENT/,
    )
  })
})
