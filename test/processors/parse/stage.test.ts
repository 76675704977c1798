import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { parseStage } from '../../../processors/parse/index.ts'
import { defaultParseOptions } from '../../../processors/parse/options.ts'
import type { Parsed } from '../../../topology/model/draft.ts'
import type { Outcome } from '../../../topology/model/outcome.ts'
import { aDocumentEvent } from '../../builders/a-document-event.ts'
import { aMail } from './a-mail.ts'

const context = { attempt: 1, key: 'key', timestamp: 0 }

const running = async (content: string, name: string | null = null): Promise<Outcome<Parsed>> => {
  const run = await parseStage({ ...defaultParseOptions, language: false }).create()
  const event = aDocumentEvent({ name })
  return await run({ event, contentHash: 'abc', content: Buffer.from(content) }, context)
}

describe('parse stage', () => {
  it('forwards the document with what fetch said', async () => {
    const outcome = await running(aMail('hello'))
    assert.ok(outcome.kind === 'forward')
    const [value] = outcome.values
    assert.equal(value?.document.text, 'hello')
    assert.equal(value?.contentHash, 'abc')
    assert.equal(value?.bytes, Buffer.byteLength(aMail('hello')))
  })

  it('dead-letters what cannot be read, by class, without text of the document', async () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['', 'empty', 'UNREADABLE'],
      ['\0\x01\x02\x03'.repeat(100), 'unknown-format', 'UNREADABLE'],
      [`From: a@b\nSubject: x${'\nX: SECRET'.repeat(300_000)}\n\n`, 'header-too-large', 'OVERSIZE'],
      ['%PDF-1.4 SECRET', 'broken', 'UNREADABLE'],
    ]
    for (const [content, code, disposition] of cases) {
      const outcome = await running(content)
      assert.ok(outcome.kind === 'dead-letter')
      assert.equal(outcome.failure.code, code)
      assert.equal(outcome.failure.disposition, disposition)
      assert.doesNotMatch(outcome.failure.message, /SECRET/)
    }
  })

  it('says of which format a file is where another one would ask for something else', async () => {
    const variantOf = async (content: string): Promise<string | undefined> => {
      const outcome = await running(content)
      return outcome.kind === 'dead-letter' ? outcome.failure.variant : 'no dead letter'
    }
    assert.equal(await variantOf('GIF89a....'), 'image/gif')
    assert.equal(await variantOf('%PDF-1.4 x'), 'application/pdf')
    assert.equal(await variantOf(''), undefined)
    assert.equal(await variantOf('\0\x01\x02\x03'.repeat(100)), undefined)
  })

  it('drops what is rightly without text', async () => {
    const outcome = await running('{"rating": 5, "review text": ""}')
    assert.deepEqual(outcome, { kind: 'drop', reason: 'no-text' })
  })
})

describe('parse with language detection', () => {
  it('names the language of a text long enough, and none of a short one', async () => {
    const run = await parseStage().create()
    const languageOf = async (text: string): Promise<string | undefined> => {
      const content = Buffer.from(aMail(text))
      const outcome = await run({ event: aDocumentEvent(), contentHash: '', content }, context)
      return outcome.kind === 'forward' ? outcome.values[0]?.document.language : undefined
    }
    assert.equal(
      await languageOf('Der schnelle braune Fuchs springt über den faulen Hund und läuft davon.'),
      'de',
    )
    assert.equal(
      await languageOf('The quick brown fox jumps over the lazy dog and runs away from it.'),
      'en',
    )
    assert.equal(await languageOf('ok 42'), undefined)
  })
})
