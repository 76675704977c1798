import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { touches } from '../../../processors/redact/neighbours.ts'

/** The value stands between bars. */
const inText = (marked: string, labelled: boolean): boolean => {
  const start = marked.indexOf('|')
  const end = marked.lastIndexOf('|') - 1
  return touches(marked.replaceAll('|', ''), { start, end }, labelled)
}

const TEXTS: readonly (readonly [name: string, marked: string, digits: boolean, label: boolean])[] =
  [
    ['a time of day', 'Date: |2015-12-22| 04:34:22', true, false],
    ['another number', 'Date: |2015-12-22| 0434 22', true, true],
    ['a bracket, a mark and words', 'fixed (|12/03/2020|) - by hand', true, false],
    ['a bracket, a mark and digits', 'call (|555 0123|) - 4567', true, true],
    ['a bracket, a mark and an invisible character', 'call (|555 0123|) -\u200b4567', true, true],
    ['a bracket and words', 'fixed (|12/03/2020|) by hand', false, false],
    ['letters', 'to |ann@example.org|x', true, true],
  ]

describe('what a value touches', () => {
  for (const [name, marked, digits, label] of TEXTS)
    it(`is ${name}: ${digits ? '' : 'not '}when digits stay, ${label ? '' : 'not '}when a label does`, () => {
      assert.equal(inText(marked, false), digits)
      assert.equal(inText(marked, true), label)
    })

  it('is a time of day when digits stand before the value, too', () => {
    assert.equal(inText('no. 12 |2015-12-22| 04:34', true), true)
  })
})
