import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { chunkStage } from '../../../processors/chunk/index.ts'
import { ChunkOptionsError, defaultChunkOptions } from '../../../processors/chunk/options.ts'
import { tokeniserOnce, tokeniseStage } from '../../../processors/tokenise/index.ts'
import type { Redacted, Tokenised } from '../../../topology/model/draft.ts'
import type { PureContext } from '../../../topology/model/stage.ts'
import { aDocumentEvent } from '../../builders/a-document-event.ts'

const TEXT = 'Dear all,\n\nthe meeting is moved to Monday.'

const redacted: Redacted = {
  event: aDocumentEvent(),
  contentHash: '00',
  bytes: TEXT.length,
  document: {
    type: 'text/plain',
    text: TEXT,
    spans: [],
    participants: [],
    dates: {},
    attachments: [],
    warnings: [],
  },
  findings: [],
  redactions: {},
  policyVersion: 'none',
}

const context: PureContext = { attempt: 1, key: 'k', timestamp: 0 }

describe('the tokenise and chunk stages', () => {
  const load = tokeniserOnce()

  async function tokenised(): Promise<Tokenised> {
    const run = await tokeniseStage(load).create()
    const outcome = await run(redacted, context)
    assert.ok(outcome.kind === 'forward')
    return outcome.values[0]!
  }

  it('hand a document on with its tokens, then with its chunks in their place', async () => {
    const value = await tokenised()
    assert.equal(value.tokenizerSha256, load().sha256)
    assert.deepEqual(value.tokens, load().tokenise(TEXT))
    const run = await chunkStage(defaultChunkOptions, load).create()
    const outcome = await run(value, context)
    assert.ok(outcome.kind === 'forward')
    const { tokens, ...rest } = value
    const [chunked] = outcome.values
    assert.deepEqual(chunked, { ...rest, tokenCount: tokens.ids.length, chunks: chunked!.chunks })
    assert.deepEqual(
      chunked.chunks.map(({ start, end }) => [start, end]),
      [[0, TEXT.length]],
    )
  })

  it('refuse tokens of another tokenizer', async () => {
    const run = await chunkStage(defaultChunkOptions, load).create()
    const other = { ...(await tokenised()), tokenizerSha256: 'ff' }
    assert.throws(() => run(other, context), /another tokenizer/)
  })

  it('refuse bad options when the topology is built', () => {
    assert.throws(
      () => chunkStage({ ...defaultChunkOptions, maxTokens: 8 }, load),
      ChunkOptionsError,
    )
  })

  it('load the tokenizer once', () => {
    assert.equal(load(), load())
  })

  it('redo nothing for the length of headers that there are none of', () => {
    const settingsOf = (header: 'none' | 'full', headerTokens: number) =>
      chunkStage({ ...defaultChunkOptions, header, headerTokens }, load).settings
    assert.deepEqual(settingsOf('none', 20), settingsOf('none', 48))
    assert.notDeepEqual(settingsOf('full', 20), settingsOf('full', 48))
  })
})
