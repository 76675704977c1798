import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { capWords, LONGEST_WORD } from '../../../processors/parse/cap-words.ts'
import { wellFormed } from '../../../processors/parse/well-formed.ts'
import { aMail, aMultipart, parsed } from './a-mail.ts'

const word = (length: number) => 'x'.repeat(length)

describe('parse: words without an end', () => {
  it('cuts each run without a blank to the longest, and keeps what stands around it', () => {
    const text = `a ${word(3 * LONGEST_WORD)} b\n${word(LONGEST_WORD + 1)}\tc`
    const { text: cut, capped } = capWords(text)
    assert.equal(capped, true)
    assert.equal(cut, `a ${word(LONGEST_WORD)} b\n${word(LONGEST_WORD)}\tc`)
  })

  it('leaves any other text as it is', () => {
    for (const text of ['', 'a b', word(LONGEST_WORD), `${word(LONGEST_WORD)} `.repeat(3)])
      assert.deepEqual(capWords(text), { text, capped: false })
  })

  it('cuts no character into halves', () => {
    const { text } = capWords(`x${'😀'.repeat(LONGEST_WORD)}`)
    assert.equal(text.length, LONGEST_WORD - 1)
    assert.equal(wellFormed(text), text)
  })

  it('says so of a mail and of a text, and reads on behind it', async () => {
    const long = `${word(2 * LONGEST_WORD)}\nafter`
    for (const content of [aMail(long), Buffer.from(long)]) {
      const { text, warnings } = await parsed(Buffer.from(content))
      assert.ok(warnings.includes('word-capped'))
      assert.equal(text, `${word(LONGEST_WORD)}\nafter`)
    }
  })

  it('says so of a mail whose attachment holds one', async () => {
    const packed = `Content-Type: text/plain; name=dump.txt\n\n${word(2 * LONGEST_WORD)}`
    const mail = aMultipart('mixed', ['Content-Type: text/plain\n\nsee below', packed])
    assert.ok((await parsed(mail)).warnings.includes('word-capped'))
  })
})
