import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createOutput } from '../../cli/output.ts'

describe('what commands say', () => {
  const said = (json: boolean, hostile: string): readonly string[] => {
    const written: string[] = []
    const stream = { write: (text: string) => written.push(text) }
    const output = createOutput(json, stream, stream)
    output.line(hostile)
    output.value({ text: hostile })
    output.note(hostile)
    return written
  }

  it('hands no control character of a document on to the terminal', () => {
    const hostile = 'a\u001b[31mred \u001b]0;title\u0007\r\u009b2J\u007f\tb\nc é ‏'
    const line = 'a\ufffd[31mred \ufffd]0;title\ufffd\ufffd\ufffd2J\ufffd\tb\nc é ‏\n'
    assert.deepEqual(said(false, hostile), [line, line])
  })

  it('keeps colours of our own', () => {
    const written: string[] = []
    const stream = { write: (text: string) => written.push(text) }
    createOutput(false, stream, stream).painted('\u001b[31mred\u001b[0m')
    assert.deepEqual(written, ['\u001b[31mred\u001b[0m\n'])
  })

  it('gives programs the text as it is', () => {
    const [value] = said(true, 'a\u001b[31m')
    assert.deepEqual(JSON.parse(value!), { text: 'a\u001b[31m' })
  })
})
