import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { noteLeftOut } from '../../../cli/publish/left-out.ts'

const notes = (...left: Parameters<typeof noteLeftOut>[0][]): readonly string[] => {
  const said: string[] = []
  for (const each of left) noteLeftOut(each, (text) => said.push(text))
  return said
}

describe('what was left out of publishing', () => {
  it('is said with its reason, a name that is no UTF-8 in words', () => {
    const unreadable = [
      { path: '/in/a', code: 'EACCES' },
      { path: '/in/caf\ufffd', code: 'EILSEQ' },
    ]
    const skipped = [{ path: '/in/pipe', reason: 'pipe' as const }]
    assert.deepEqual(notes({ unreadable, skipped }), [
      'cannot read /in/a (EACCES): nothing under it was published',
      'cannot read /in/caf\ufffd (its name is not UTF-8: rename it): nothing under it was published',
      'skipped /in/pipe (a named pipe)',
    ])
  })

  it('is one line each, whatever the name of the file', () => {
    const skipped = [{ path: '/in/a\npublished 9 documents\t\u001b[2J', reason: 'pipe' as const }]
    const unreadable = [{ path: '/in/b\r\nok', code: 'EACCES' }]
    assert.deepEqual(notes({ unreadable, skipped }), [
      'cannot read /in/b\ufffd\ufffdok (EACCES): nothing under it was published',
      'skipped /in/a\ufffdpublished 9 documents\ufffd\ufffd[2J (a named pipe)',
    ])
  })

  it('is counted where it is much', () => {
    const skipped = Array.from({ length: 25 }, (_, index) => ({
      path: `/in/${index}`,
      reason: 'socket' as const,
    }))
    const said = notes({ unreadable: [], skipped })
    assert.equal(said.length, 21)
    assert.equal(said.at(-1), 'and 5 more were not published; --json names them all')
  })

  it('is nothing to speak of where there is nothing', () => {
    assert.deepEqual(notes({ unreadable: [], skipped: [] }), [])
  })
})
