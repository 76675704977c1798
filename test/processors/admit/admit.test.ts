import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { asDocumentId, asTenantId, asUri } from '../../../schemas/brands.ts'
import type { ContainerEvent, DocumentEvent } from '../../../schemas/generated/types.ts'
import { decodeHead, encodeHead, headOf } from '../../../processors/admit/head.ts'
import { admit, admitContainers } from '../../../processors/admit/index.ts'
import { isErasure } from '../../../topology/model/draft.ts'
import { aDocumentEvent } from '../../builders/a-document-event.ts'
import { aStageContext } from '../../builders/test-ports.ts'

const event = (changes: Partial<DocumentEvent> = {}): DocumentEvent =>
  aDocumentEvent({ revision: 5n, ...changes })
const erase = (revision: bigint): DocumentEvent => event({ operation: 'ERASE', revision })

/** Runs events one after the other, committing after each. Answers what became of each. */
const verdicts = async (events: readonly DocumentEvent[]): Promise<readonly string[]> => {
  const state = new Map<string, Uint8Array>()
  const result: string[] = []
  for (const each of events) {
    const outcome = await admit().run(each, aStageContext({}, state))
    if (outcome.kind === 'drop') result.push(outcome.reason)
    if (outcome.kind === 'dead-letter') result.push(outcome.failure.code)
    if (outcome.kind !== 'forward') continue
    for (const { key, value } of outcome.state ?? []) state.set(key, value!)
    result.push(isErasure(outcome.values[0]!) ? 'erasure' : 'admitted')
  }
  return result
}

describe('admit', () => {
  it('lets a new document and every newer revision through', async () => {
    const events = [event(), event({ revision: 6n }), event({ revision: 2n ** 63n - 1n })]
    assert.deepEqual(await verdicts(events), ['admitted', 'admitted', 'admitted'])
  })

  it('drops the same revision with the same content as a replay', async () => {
    assert.deepEqual(await verdicts([event(), event()]), ['admitted', 'replay'])
    const hashed = event({ sha256: 'ab'.repeat(32), bytes: 1n })
    const again = event({ sha256: 'AB'.repeat(32), bytes: 2n })
    assert.deepEqual(await verdicts([hashed, again]), ['admitted', 'replay'])
  })

  it('lets the same revision with other content through', async () => {
    for (const changes of [{ bytes: 11n }, { modifiedAt: 1 }, { sha256: 'ab'.repeat(32) }]) {
      assert.deepEqual(await verdicts([event(), event(changes)]), ['admitted', 'admitted'])
    }
  })

  it('drops an older revision as stale', async () => {
    assert.deepEqual(await verdicts([event(), event({ revision: 4n })]), ['admitted', 'stale'])
  })

  it('never brings an erased revision back, and lets a newer one in', async () => {
    const events = [event(), erase(5n), event(), event({ revision: 4n }), event({ revision: 6n })]
    assert.deepEqual(await verdicts(events), [
      'admitted',
      'erasure',
      'erased',
      'erased',
      'admitted',
    ])
  })

  it('erases once, also a document it has never seen', async () => {
    assert.deepEqual(await verdicts([erase(5n), erase(5n), erase(4n), event()]), [
      'erasure',
      'replay',
      'stale',
      'erased',
    ])
  })

  it('drops an erasure that is older than what stands', async () => {
    assert.deepEqual(await verdicts([event(), erase(4n)]), ['admitted', 'stale'])
  })

  it('keeps documents apart', async () => {
    const other = event({ documentId: asDocumentId('6f1f2d0c-7f0a-5f4e-9a55-3a8d6d1c1a12') })
    assert.deepEqual(await verdicts([event(), other]), ['admitted', 'admitted'])
  })

  it('dead-letters an event that cannot be right, without its values', async () => {
    const wrong: readonly [Partial<DocumentEvent>, string][] = [
      [{ uri: asUri('') }, 'uri-empty'],
      [{ tenantId: asTenantId('') }, 'tenant-invalid'],
      [{ tenantId: asTenantId('../secret') }, 'tenant-invalid'],
      [{ tenantId: asTenantId('a'.repeat(65)) }, 'tenant-invalid'],
      [{ documentId: asDocumentId('secret') }, 'document-id-invalid'],
      [{ revision: -1n }, 'revision-invalid'],
      [{ sha256: 'secret' }, 'sha256-invalid'],
    ]
    for (const [changes, code] of wrong) {
      const outcome = await admit().run(event(changes), aStageContext({}))
      assert.ok(outcome.kind === 'dead-letter')
      assert.deepEqual([outcome.failure.disposition, outcome.failure.code], ['VALIDATION', code])
      assert.doesNotMatch(outcome.failure.message, /secret/)
    }
  })

  it('keeps a head in 25 bytes that read back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.boolean(), (revision, gone) => {
        const head = headOf(event({ revision, operation: gone ? 'ERASE' : 'ARCHIVE' }))
        const bytes = encodeHead(head)
        assert.equal(bytes.length, 25)
        assert.deepEqual(decodeHead(bytes), head)
      }),
    )
    assert.throws(() => decodeHead(Uint8Array.of(1)))
  })

  it('lets a container through once, as it is, an erasure too', async () => {
    const container = (operation: 'ARCHIVE' | 'ERASE', revision: bigint): ContainerEvent => ({
      ...event({ operation, revision }),
      containerType: 'MBOX',
    })
    const state = new Map<string, Uint8Array>()
    const events = [container('ARCHIVE', 5n), container('ARCHIVE', 5n), container('ERASE', 6n)]
    const outcomes: unknown[] = []
    for (const each of events) {
      const outcome = await admitContainers().run(each, aStageContext({}, state))
      if (outcome.kind === 'forward') {
        for (const { key, value } of outcome.state ?? []) state.set(key, value!)
      }
      outcomes.push(outcome.kind === 'forward' ? outcome.values : outcome.kind)
    }
    assert.deepEqual(outcomes, [[events[0]], 'drop', [events[2]]])
  })
})
