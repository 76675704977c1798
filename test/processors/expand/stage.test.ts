import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { asTenantId, asUri } from '../../../schemas/brands.ts'
import type { ContainerEvent, DocumentEvent } from '../../../schemas/generated/types.ts'
import { expandStage } from '../../../processors/expand/index.ts'
import { Rejected } from '../../../topology/model/failure.ts'
import { documentIdOf } from '../../../topology/model/uuid.ts'
import { anEnvelope } from '../../builders/an-envelope.ts'
import { aStageContext } from '../../builders/test-ports.ts'
import { memorySources } from '../fetch/memory-sources.ts'

const MBOX = 'From a@b Tue Jan  2 03:04:05 2024\nSubject: x\n\none\n\n'.repeat(3)

const aContainerEvent = (changes: Partial<ContainerEvent> = {}): ContainerEvent => ({
  ...anEnvelope({ revision: 7n }),
  operation: 'ARCHIVE',
  uri: asUri('file:///a.mbox'),
  containerType: 'MBOX',
  bytes: null,
  sha256: null,
  modifiedAt: 1,
  revisionKind: 'VERSION',
  ...changes,
})

const collect = async (events: AsyncIterable<DocumentEvent>): Promise<DocumentEvent[]> => {
  const list: DocumentEvent[] = []
  for await (const event of events) list.push(event)
  return list
}

describe('expand stage', () => {
  const context = aStageContext({ sources: memorySources({ 'file:///a.mbox': MBOX }) })

  it('makes a document event of each member, equal ones each time', async () => {
    const outcome = await expandStage().run(aContainerEvent(), context)
    assert.ok(outcome.kind === 'forward-stream')
    const events = await collect(outcome.values)
    assert.equal(events.length, 3)
    assert.deepEqual(await collect(outcome.values), events)
    const [first] = events
    assert.equal(first?.uri, `file:///a.mbox#bytes=0-${MBOX.length / 3 - 1}`)
    assert.equal(first?.documentId, documentIdOf(asTenantId('acme'), asUri(first.uri)))
    assert.equal(new Set(events.map(({ documentId }) => documentId)).size, 3)
    assert.equal(first?.revision, 7n)
    assert.equal(first?.containerUri, 'file:///a.mbox')
    assert.equal(first?.declaredType, 'message/rfc822')
    assert.equal(first?.producedBy.stage, 'expand')
  })

  it('erases each member of an erased container', async () => {
    const outcome = await expandStage().run(aContainerEvent({ operation: 'ERASE' }), context)
    assert.ok(outcome.kind === 'forward-stream')
    assert.ok((await collect(outcome.values)).every(({ operation }) => operation === 'ERASE'))
  })

  it('dead-letters a container that is missing or not allowed', async () => {
    for (const [uri, code] of [
      ['file:///gone.mbox', 'not-found'],
      ['http://example.org/a.mbox', 'uri-not-allowed'],
    ] as const) {
      const outcome = await expandStage().run(aContainerEvent({ uri: asUri(uri) }), context)
      assert.equal(outcome.kind === 'dead-letter' && outcome.failure.code, code)
    }
  })

  it('rejects a damaged container with its code while it is read', async () => {
    const outcome = await expandStage().run(aContainerEvent({ containerType: 'ZIP' }), context)
    assert.ok(outcome.kind === 'forward-stream')
    await assert.rejects(
      collect(outcome.values),
      (error) => error instanceof Rejected && error.failure.code === 'container-broken',
    )
  })
})
