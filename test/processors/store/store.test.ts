import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { isMarkedErased } from '../../../topology/model/erased-mark.ts'
import { asDocumentId, asTenantId } from '../../../schemas/brands.ts'
import { decodeFile } from '../../../schemas/container-file.ts'
import {
  chunkFileCodec,
  chunkSetCodec,
  preparedDocumentCodec,
  preparedTextCodec,
} from '../../../schemas/generated/codecs.ts'
import { pack, store, type Packed, type StoredDocument } from '../../../processors/store/index.ts'
import {
  erasure,
  purePassingErasures,
  type Chunked,
  type Erasure,
} from '../../../topology/model/draft.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { aChunk, aChunkedDraft } from '../../builders/a-draft.ts'
import { aDocumentEvent } from '../../builders/a-document-event.ts'
import { documentIdOf } from '../../builders/an-envelope.ts'
import {
  inMemoryObjectStore,
  type InMemoryObjectStore,
} from '../../builders/in-memory-object-store.ts'
import { aStageContext } from '../../builders/test-ports.ts'

const identity = { codeVersion: '0.1.0', configHash: 'c0ffee' }

const packed = async (draft: Chunked, chunksPerSet = 64): Promise<Packed> => {
  const run = await pack(identity, { chunksPerSet }).create()
  const outcome = await run(draft, { attempt: 1, key: '', timestamp: 0 })
  assert.ok(outcome.kind === 'forward')
  return outcome.values[0]!
}

const stored = async (
  value: Packed | Erasure,
  objects: InMemoryObjectStore,
): Promise<StoredDocument & { readonly counts: Readonly<Record<string, number>> }> => {
  const outcome = await store().run(value, aStageContext({ objects }))
  assert.ok(outcome.kind === 'forward')
  return { ...outcome.values[0]!, counts: outcome.facts?.counts ?? {} }
}

const textOf = (name: string, objects: InMemoryObjectStore) =>
  decodeFile(preparedTextCodec, objects.objects.get(name)!)

describe('pack and store', () => {
  it('write the text and every chunk with its own text and token ids, and say where they are', async () => {
    const objects = inMemoryObjectStore()
    const draft = aChunkedDraft()
    const { prepared, chunkSets, counts } = await stored(await packed(draft), objects)
    const [chunksName, preparedName] = [...objects.objects.keys()].sort() as [string, string]
    assert.equal(prepared.uri, objects.uriOf(preparedName))
    assert.equal(chunkSets[0]!.uri, objects.uriOf(chunksName))
    assert.equal(chunkSets[0]!.preparedUri, prepared.uri)
    const text = textOf(preparedName, objects)
    assert.equal(text.text, draft.document.text)
    assert.deepEqual(
      { ...text.spans[1] },
      {
        kind: 'TABLE_ROW',
        start: 0,
        end: 5,
        depth: 1,
        speaker: 's',
        at: 2n,
        path: '0.1',
      },
    )
    assert.deepEqual(structuredClone(text.findings), draft.findings)
    assert.deepEqual(structuredClone(text.participants), [
      { role: 'from', name: '<PERSON>', address: null },
    ])
    const file = decodeFile(chunkFileCodec, objects.objects.get(chunksName)!)
    assert.equal(file.preparedUri, preparedName)
    assert.equal(file.chunks[0]!.text, 'größe')
    assert.equal(file.chunks[0]!.tokens, 2)
    assert.deepEqual([...file.chunks[0]!.ids], [7, 0, 0, 0, 112, 17, 1, 0])
    assert.deepEqual(counts, {
      characters: 21,
      tokens: 9,
      chunks: 1,
      chunkSets: 1,
      'redacted.EMAIL': 1,
    })
  })

  it('make events that fit their schemas, with the policy and the code that made them', async () => {
    const { prepared, chunkSets } = await stored(
      await packed(aChunkedDraft()),
      inMemoryObjectStore(),
    )
    const back = preparedDocumentCodec.decode(preparedDocumentCodec.encode(prepared))
    assert.equal(back.threadHash, 'cafe')
    assert.equal(back.language, 'de')
    assert.equal(back.sentAt, 1_600_000_000_000)
    assert.deepEqual(structuredClone(back.producedBy), {
      stage: 'pack',
      stageVersion: 3,
      codeVersion: '0.1.0',
      model: null,
      modelVersion: null,
      promptHash: null,
      policyVersion: 'default@1+abcdef',
      configHash: 'c0ffee',
    })
    const set = chunkSetCodec.decode(chunkSetCodec.encode(chunkSets[0]!))
    assert.equal(set.tokens, 2)
    assert.equal(set.tokenizerSha256, 'cd'.repeat(32))
  })

  it('cut the chunks into sets of at most so many, none lost and in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(20), fc.integer({ min: 1, max: 7 }), async (count, size) => {
        const chunks = Array.from({ length: count }, (_, ordinal) => aChunk({ ordinal }))
        const objects = inMemoryObjectStore()
        const { chunkSets, prepared } = await stored(
          await packed(aChunkedDraft({ chunks }), size),
          objects,
        )
        const ordinals = await Promise.all(
          chunkSets.map(async ({ uri }) =>
            decodeFile(chunkFileCodec, (await objects.get(uri!))!).chunks.map((c) => c.ordinal),
          ),
        )
        assert.deepEqual(ordinals.flat(), [...chunks.keys()])
        assert.ok(ordinals.every((each) => each.length <= size))
        assert.ok(chunkSets.every(({ sets }) => sets === chunkSets.length))
        assert.equal(prepared.chunkSets, chunkSets.length)
        assert.ok(chunkSets.length >= 1)
      }),
      { numRuns: 50 },
    )
  })

  it('write the text before the chunk sets', async () => {
    const objects = inMemoryObjectStore()
    await stored(
      await packed(aChunkedDraft({ chunks: [aChunk(), aChunk({ ordinal: 1 })] }), 1),
      objects,
    )
    assert.deepEqual(
      objects.puts.map((name) => name.split('/')[0]),
      ['prepared', 'chunks', 'chunks'],
    )
  })

  it('give the same bytes under the same names when done again', async () => {
    const once = await packed(aChunkedDraft())
    assert.deepEqual(await packed(aChunkedDraft()), once)
    const objects = inMemoryObjectStore()
    const first = await stored(once, objects)
    assert.deepEqual(await stored(structuredClone(once), objects), first)
    assert.equal(objects.objects.size, 2)
  })

  it('give other names, and no conflict, when anything is other', async () => {
    const objects = inMemoryObjectStore()
    const drafts = [
      aChunkedDraft(),
      aChunkedDraft({ policyVersion: 'default@2+other' }),
      aChunkedDraft({ event: aDocumentEvent({ ingestedAt: 5 }) }),
      aChunkedDraft({ document: { ...aChunkedDraft().document, text: 'other text, long enough' } }),
    ]
    for (const draft of drafts) await stored(await packed(draft), objects)
    assert.equal(objects.objects.size, 2 * drafts.length)
  })

  it('name objects by tenant, document and revision, whatever the tenant is called', async () => {
    const event = aDocumentEvent({ tenantId: asTenantId('../ü'), documentId: asDocumentId('..') })
    const { prepared, sets } = await packed(aChunkedDraft({ event }))
    for (const { object } of [prepared, ...sets]) {
      assert.match(
        object.name,
        /^(prepared|chunks)\/%2E%2E%2F%C3%BC\/%2\/%2E%2E\.0{19}1\.[0-9a-f]{8}-[0-9a-f-]+\.avro$/,
      )
    }
  })

  it('pack into buffers that can be handed to another thread', async () => {
    const { prepared, sets } = await packed(aChunkedDraft())
    for (const { object } of [prepared, ...sets]) {
      assert.equal(object.bytes.byteLength, object.bytes.buffer.byteLength)
    }
  })

  it('remove all objects of an erased document up to its revision, and tell who comes after', async () => {
    const objects = inMemoryObjectStore()
    const other = aDocumentEvent({ documentId: documentIdOf(9) })
    for (const event of [other, ...[1n, 2n, 3n].map((revision) => aDocumentEvent({ revision }))]) {
      await stored(await packed(aChunkedDraft({ event })), objects)
    }
    const event = aDocumentEvent({ operation: 'ERASE', revision: 2n })
    const { prepared, chunkSets, counts } = await stored(erasure(event), objects)
    assert.deepEqual(counts, { erased: 4 })
    const names = [...objects.objects.keys()]
    const marks = names.filter((name) => name.startsWith('erased/'))
    assert.equal(marks.length, 1)
    assert.ok(await isMarkedErased(objects, aDocumentEvent({ revision: 2n })))
    assert.ok(!(await isMarkedErased(objects, aDocumentEvent({ revision: 3n }))))
    assert.ok(!(await isMarkedErased(objects, other)))
    assert.deepEqual(
      names
        .filter((name) => !marks.includes(name))
        .map((name) => name.split('/')[3]!.split('.').slice(0, 2)),
      [documentIdOf(9), documentIdOf(9), event.documentId, event.documentId].map((id, n) => [
        id,
        n < 2 ? '00000000000000000001' : '00000000000000000003',
      ]),
    )
    assert.deepEqual([prepared.operation, prepared.uri, prepared.revision], ['ERASE', null, 2n])
    assert.equal(chunkSets.length, 1)
    const set = chunkSetCodec.decode(chunkSetCodec.encode(chunkSets[0]!))
    assert.deepEqual([set.operation, set.uri, set.sets, set.ordinal], ['ERASE', null, 0, 0])
    preparedDocumentCodec.encode(prepared)
    assert.deepEqual((await stored(erasure(event), objects)).counts, { erased: 0 })
  })

  it('hand erasures past the pure stage', async () => {
    const run = await purePassingErasures(pack(identity)).create()
    const value = erasure(aDocumentEvent({ operation: 'ERASE' }))
    const outcome = await run(value, { attempt: 1, key: '', timestamp: 0 })
    assert.deepEqual(outcome, { kind: 'forward', values: [value] })
  })

  it('let a full disk through', async () => {
    const full = new Fault('fatal', 'object-store', 'no space left on device')
    const objects = { ...inMemoryObjectStore(), put: () => Promise.reject(full) }
    const value = await packed(aChunkedDraft())
    await assert.rejects(stored(value, objects), (error) => error === full)
  })
})
