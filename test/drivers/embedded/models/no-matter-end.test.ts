import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { noMatterEnd } from '../../../../drivers/embedded/models/no-matter-end.ts'

describe('what says nothing', () => {
  const endOf = (text: string, word: string): string => {
    const at = text.indexOf(word)
    return text.slice(at, noMatterEnd(text, at))
  }

  it('is the placeholder of a redacted value', () => {
    assert.equal(endOf('by [PERSON_12], who', 'PERSON'), 'PERSON_12')
    assert.equal(endOf('[EMAIL_ADDRESS]', 'EMAIL'), 'EMAIL_ADDRESS')
  })

  it('is the address of a page', () => {
    assert.equal(endOf('see https://a.example/b?c=d now', 'https'), 'https://a.example/b?c=d')
    assert.equal(endOf('www.a.example', 'www'), 'www.a.example')
  })

  it('is no other word, and no bracket that stays open', () => {
    for (const text of ['[Note]', '[PERSON', 'PERSON_1]', 'horse', '[note]', `[${'A'.repeat(70)}]`])
      assert.equal(noMatterEnd(text, text.startsWith('[') ? 1 : 0), 0, text)
  })
})
