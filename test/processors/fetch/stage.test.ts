import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { asUri } from '../../../schemas/brands.ts'
import { fetchStage } from '../../../processors/fetch/index.ts'
import { SourceError, type SourceStore } from '../../../topology/ports/source-store.ts'
import { aDocumentEvent } from '../../builders/a-document-event.ts'
import { aStageContext } from '../../builders/test-ports.ts'
import { memorySources } from './memory-sources.ts'

describe('fetch stage', () => {
  const sources = memorySources({ 'file:///a.eml': 'hello' })

  it('forwards the bytes with their hash', async () => {
    const event = aDocumentEvent({ uri: asUri('file:///a.eml') })
    const outcome = await fetchStage().run(event, aStageContext({ sources }))
    assert.ok(outcome.kind === 'forward')
    const [value] = outcome.values
    assert.ok(value !== undefined && 'content' in value)
    assert.equal(Buffer.from(value.content).toString(), 'hello')
    assert.match(value.contentHash, /^2cf24dba/)
  })

  it('hands an erasure on without reading anything', async () => {
    const event = aDocumentEvent({ operation: 'ERASE', uri: asUri('file:///gone.eml') })
    const outcome = await fetchStage().run(event, aStageContext({}))
    assert.deepEqual(outcome, { kind: 'forward', values: [{ kind: 'erasure', event }] })
  })

  it('dead-letters by class, and never names the path', async () => {
    const cases = [
      ['file:///secret/../etc/passwd', 'uri-not-allowed', 'NOT_ALLOWED'],
      ['file:///secret/gone.eml', 'not-found', 'NOT_FOUND'],
      ['secret', 'uri-invalid', 'VALIDATION'],
    ] as const
    for (const [uri, code, disposition] of cases) {
      const event = aDocumentEvent({ uri: asUri(uri) })
      const outcome = await fetchStage().run(event, aStageContext({ sources }))
      assert.ok(outcome.kind === 'dead-letter')
      assert.equal(outcome.failure.code, code)
      assert.equal(outcome.failure.disposition, disposition)
      assert.doesNotMatch(outcome.failure.message, /secret/)
    }
  })

  it('says what to do about a source that is gone, or outside what may be read', async () => {
    const cases = [
      ['file:///gone.eml', /publish its folder again/],
      ['file:///outside.eml', /in sources or by --source/],
    ] as const
    const outside: SourceStore = {
      ...sources,
      read: () => {
        throw new SourceError('uri-not-allowed', 'outside')
      },
    }
    for (const [uri, advice] of cases) {
      const event = aDocumentEvent({ uri: asUri(uri) })
      const from = uri.includes('outside') ? outside : sources
      const outcome = await fetchStage().run(event, aStageContext({ sources: from }))
      assert.ok(outcome.kind === 'dead-letter')
      assert.match(outcome.failure.message, advice)
    }
  })
})
