import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { asDocumentId, asTenantId, asUri } from '../../../schemas/brands.ts'
import type { ContainerEvent, DocumentEvent } from '../../../schemas/generated/types.ts'
import { headAfter } from '../../../processors/admit/admit.ts'
import { arrivalOf, decodeHead, encodeHead } from '../../../processors/admit/head.ts'
import { admit, admitContainers } from '../../../processors/admit/index.ts'
import { isErasure } from '../../../topology/model/draft.ts'
import { aDocumentEvent } from '../../builders/a-document-event.ts'
import { aStageContext } from '../../builders/test-ports.ts'

const event = (changes: Partial<DocumentEvent> = {}): DocumentEvent =>
  aDocumentEvent({ revision: 5n, ...changes })
const erase = (revision: bigint): DocumentEvent => event({ operation: 'ERASE', revision })

type Meeting = DocumentEvent | { readonly event: DocumentEvent; readonly configHash: string }

/** Runs events one after the other, committing after each. Answers what became of each, and with which revision. */
const settled = async (
  meetings: readonly Meeting[],
  state = new Map<string, Uint8Array>(),
): Promise<readonly string[]> => {
  const result: string[] = []
  for (const each of meetings) {
    const met = 'event' in each ? each : { event: each, configHash: 'usual' }
    const identity = { codeVersion: '0', configHash: met.configHash }
    const outcome = await admit().run(met.event, aStageContext({ identity }, state))
    if (outcome.kind === 'drop') result.push(outcome.reason)
    if (outcome.kind === 'dead-letter') result.push(outcome.failure.code)
    if (outcome.kind !== 'forward') continue
    for (const { key, value } of outcome.state ?? []) state.set(key, value!)
    const value = outcome.values[0]!
    result.push(isErasure(value) ? `erasure ${value.event.revision}` : `admitted ${value.revision}`)
  }
  return result
}

/** The same without revisions. */
const verdicts = async (events: readonly DocumentEvent[]): Promise<readonly string[]> =>
  (await settled(events)).map((verdict) => verdict.split(' ')[0]!)

const under = (configHash: string, changes: Partial<DocumentEvent> = {}): Meeting => ({
  event: event(changes),
  configHash,
})

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

  it('gives other content of the same revision a greater one, so that its outputs win', async () => {
    const other = event({ sha256: 'ab'.repeat(32) })
    assert.deepEqual(await settled([event(), other, other]), ['admitted 5', 'admitted 6', 'replay'])
  })

  it('drops other content of the same revision that was published before what stands', async () => {
    const late = event({ sha256: 'ab'.repeat(32), ingestedAt: 1 })
    assert.deepEqual(await settled([event({ ingestedAt: 2 }), late]), ['admitted 5', 'stale'])
  })

  it('lets the same document through once more under options that make other results', async () => {
    const meetings = [under('a'), under('b'), under('b'), under('a'), under('a')]
    assert.deepEqual(await settled(meetings), [
      'admitted 5',
      'admitted 6',
      'replay',
      'admitted 7',
      'replay',
    ])
  })

  it('counts on from the revision it gave, whatever the source says next', async () => {
    const meetings = [under('a'), under('b'), under('c'), under('c', { revision: 6n })]
    assert.deepEqual(await settled(meetings), [
      'admitted 5',
      'admitted 6',
      'admitted 7',
      'admitted 8',
    ])
    assert.deepEqual(await settled([under('a'), under('b', { revision: 90n })]), [
      'admitted 5',
      'admitted 90',
    ])
  })

  it('compares what sources say with what sources said, not with the revisions it gave', async () => {
    const meetings = [under('a'), under('b'), under('c'), under('c', { revision: 4n })]
    assert.equal((await settled(meetings)).at(-1), 'stale')
  })

  it('erases what was processed again, up to the revision it gave', async () => {
    const erasing = { event: erase(5n), configHash: 'c' }
    assert.deepEqual(await settled([under('a'), under('b'), under('c'), erasing, under('d')]), [
      'admitted 5',
      'admitted 6',
      'admitted 7',
      'erasure 7',
      'erased',
    ])
  })

  it('processes what an older version remembered once more, since nobody knows under which options it was made', async () => {
    const { content } = arrivalOf(event(), { codeVersion: '0', configHash: 'usual' })
    const old = Buffer.alloc(25)
    old.writeBigInt64BE(5n, 1)
    old.write(content, 9, 'hex')
    const state = new Map<string, Uint8Array>([[event().documentId, old]])
    assert.deepEqual(await settled([event({ revision: 4n }), event(), event()], state), [
      'stale',
      'admitted 6',
      'replay',
    ])
  })

  describe('where revisions are modified times', () => {
    const file = (mtime: bigint, content: string, ingestedAt: number): DocumentEvent =>
      event({
        revision: mtime,
        sha256: content.repeat(64),
        ingestedAt,
        revisionKind: 'MODIFIED_TIME',
      })

    it('lets other content with an older time through, as of a file that was restored', async () => {
      const events = [file(9n, 'a', 1), file(3n, 'b', 2), file(3n, 'b', 3), file(4n, 'c', 4)]
      assert.deepEqual(await settled(events), [
        'admitted 9',
        'admitted 10',
        'replay',
        'admitted 11',
      ])
    })

    it('takes the same content with an older time for a replay', async () => {
      assert.deepEqual(await settled([file(9n, 'a', 1), file(3n, 'a', 2)]), [
        'admitted 9',
        'replay',
      ])
    })

    it('drops an older time that was also published earlier', async () => {
      assert.deepEqual(await settled([file(9n, 'a', 2), file(3n, 'b', 1)]), ['admitted 9', 'stale'])
    })

    it('admits nothing of a topic that is read from its start again', async () => {
      const state = new Map<string, Uint8Array>()
      const events = [file(9n, 'a', 1), file(3n, 'b', 2)]
      await settled(events, state)
      assert.deepEqual(await settled(events, state), ['stale', 'replay'])
    })

    it('erases what was dated later than now', async () => {
      const erasing = { ...file(5n, 'b', 3), operation: 'ERASE' as const }
      const events = [file(9n, 'a', 1), file(3n, 'b', 2), erasing, file(9n, 'd', 4)]
      assert.deepEqual(await settled(events), ['admitted 9', 'admitted 10', 'erasure 10', 'erased'])
    })
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

  it('keeps a head in 49 bytes that read back', () => {
    const long = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })
    fc.assert(
      fc.property(long, long, fc.boolean(), fc.integer(), (source, revision, gone, ingestedAt) => {
        const operation = gone ? 'ERASE' : 'ARCHIVE'
        const said = event({ revision: source, operation, ingestedAt })
        const arrival = arrivalOf(said, { codeVersion: '0', configHash: 'a' })
        const head = headAfter(arrival, undefined, revision)
        const bytes = encodeHead(head)
        assert.equal(bytes.length, 49)
        assert.deepEqual(decodeHead(bytes), head)
      }),
    )
    assert.throws(() => decodeHead(Uint8Array.of(1)))
  })

  it('lets what came back from the dead letters through, above what was there, unless it is out of date', async () => {
    const identity = { codeVersion: '0', configHash: 'usual' }
    const state = new Map<string, Uint8Array>()
    await settled([event()], state)
    const comeBack = async (met: DocumentEvent): Promise<unknown> => {
      const context = { ...aStageContext({ identity }, state), replays: 1 }
      const outcome = await admit().run(met, context)
      if (outcome.kind === 'drop') return outcome.reason
      return outcome.kind === 'forward' && !isErasure(outcome.values[0]!)
        ? outcome.values[0]?.revision
        : outcome.kind
    }
    assert.equal(await comeBack(event()), 6n)
    await settled([event({ revision: 9n })], state)
    assert.equal(await comeBack(event()), 'stale')
    await settled([erase(10n)], state)
    assert.equal(await comeBack(event()), 'erased')
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
