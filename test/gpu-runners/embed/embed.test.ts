import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createEmbedStage } from '../../../gpu-runners/embed/index.ts'
import { embeddingSetCodec } from '../../../schemas/generated/codecs.ts'
import { asUri } from '../../../schemas/brands.ts'
import { Fault, Rejected } from '../../../topology/model/failure.ts'
import { InferenceError } from '../../../topology/ports/model-server.ts'
import type { InferenceRequest, ModelServer } from '../../../topology/ports/model-server.ts'
import { inMemoryObjectStore } from '../../builders/in-memory-object-store.ts'
import { aStageContext } from '../../builders/test-ports.ts'
import { aChunkSet, aStoredChunkSet, chunkIdOf } from '../a-chunk-set.ts'
import { anEmbedCard } from '../cards.ts'
import { scriptedModels, vectorsOf } from '../scripted-models.ts'
import { immediateClock } from '../immediate-clock.ts'

const TEXTS = ['short', 'a text that is somewhat longer', 'brief']

function aStage(models: ModelServer, card = anEmbedCard()) {
  const objects = inMemoryObjectStore()
  const stage = createEmbedStage({ card })
  const context = aStageContext({ objects, models, clock: immediateClock() })
  return { objects, stage, context, run: stage.run }
}

const poisoned = (request: InferenceRequest) => {
  if (request.inputs.some(({ text }) => text === 'poison'))
    throw new InferenceError('failed', 'boom')
  return vectorsOf(request)
}

describe('the embed stage', () => {
  it('reads the header of a chunk before its text, and counts it', async () => {
    for (const input of ['text', 'ids'] as const) {
      const models = scriptedModels(vectorsOf)
      const { objects, run, context } = aStage(models, anEmbedCard({ input }))
      const header = { header: 'On pumps\n', headerIds: Uint8Array.of(9, 0, 0, 0, 8, 0, 0, 0) }
      const event = await aStoredChunkSet(objects, ['short'], {}, header)
      const outcome = await run(event, context)
      assert.ok(outcome.kind === 'forward')
      assert.equal(outcome.values[0]!.vectors[0]!.tokens, 1 + 2)
      const [read] = models.requests[0]!.inputs
      if (input === 'text') assert.equal(read!.text, 'On pumps\nshort')
      else assert.deepEqual([...read!.ids!], [9, 8, 1, 258])
    }
  })

  it('forwards one vector per chunk, with model, version and tokens', async () => {
    const models = scriptedModels(vectorsOf)
    const { objects, run, context } = aStage(models)
    const event = await aStoredChunkSet(objects, TEXTS, { sets: 3, ordinal: 2 })
    const outcome = await run(event, context)
    assert.ok(outcome.kind === 'forward')
    const [set] = outcome.values
    assert.ok(set)
    assert.deepEqual(
      set.vectors.map(({ chunkId, ordinal, tokens, vector }) => ({
        chunkId,
        ordinal,
        tokens,
        vector: [...vector],
      })),
      [
        { chunkId: chunkIdOf('short'), ordinal: 0, tokens: 1, vector: [0, 0, 128, 63, 0, 0, 0, 0] },
        {
          chunkId: chunkIdOf(TEXTS[1] as string),
          ordinal: 1,
          tokens: 6,
          vector: [0, 0, 0, 0, 0, 0, 128, 63],
        },
        { chunkId: chunkIdOf('brief'), ordinal: 2, tokens: 1, vector: [0, 0, 128, 63, 0, 0, 0, 0] },
      ],
    )
    assert.equal(set.producedBy.stage, 'embed')
    assert.equal(set.producedBy.model, 'tiny')
    assert.equal(set.producedBy.modelVersion, '7')
    assert.deepEqual([set.sets, set.ordinal, set.dimensions], [3, 2, 2])
    assert.equal(set.chunkSetUri, event.uri)
    assert.deepEqual(embeddingSetCodec.decode(embeddingSetCodec.encode(set)).failed, [])
    assert.equal(models.requests.length, 1)
  })

  it('batches the chunks of records that are at work at the same time', async () => {
    const models = scriptedModels(vectorsOf)
    const { objects, run, context } = aStage(models)
    const events = await Promise.all([
      aStoredChunkSet(objects, ['a']),
      aStoredChunkSet(objects, ['bb']),
    ])
    await Promise.all(events.map((event) => run(event, context)))
    assert.deepEqual(
      models.requests.map(({ inputs }) => inputs.length),
      [2],
    )
  })

  it('dead-letters the chunk that breaks the model and forwards the others', async () => {
    const { objects, run, context } = aStage(scriptedModels(poisoned))
    const event = await aStoredChunkSet(objects, ['one', 'two', 'poison', 'three'])
    const outcome = await run(event, context)
    assert.ok(outcome.kind === 'forward')
    const [set] = outcome.values
    assert.deepEqual(
      set?.vectors.map(({ ordinal }) => ordinal),
      [0, 1, 3],
    )
    assert.deepEqual(set?.failed, [
      { chunkId: chunkIdOf('poison'), ordinal: 2, code: 'model-failed-on-item' },
    ])
    assert.deepEqual(outcome.failures, [
      {
        disposition: 'POISON',
        code: 'model-failed-on-item',
        message: 'tiny@7 gave no usable result for chunk 2: boom',
        itemId: chunkIdOf('poison'),
      },
    ])
  })

  it('dead-letters a chunk whose vector is not finite or not normalised', async () => {
    const models = scriptedModels((request) => {
      const values = request.inputs.flatMap(({ text }) =>
        text === 'nan' ? [NaN, 0] : text === 'long' ? [3, 4] : [0, 1],
      )
      return {
        kind: 'vectors',
        modelVersion: '7',
        dimensions: 2,
        values: Float32Array.from(values),
      }
    })
    const { objects, run, context } = aStage(models)
    const event = await aStoredChunkSet(objects, ['nan', 'fine', 'long'])
    const outcome = await run(event, context)
    assert.ok(outcome.kind === 'forward')
    assert.deepEqual(
      outcome.values[0]?.vectors.map(({ ordinal }) => ordinal),
      [1],
    )
    assert.deepEqual(
      outcome.failures?.map(({ code }) => code),
      ['model-result-unusable', 'model-result-unusable'],
    )
  })

  it('throws a fault, and dead-letters nothing, when the server answers with another version or shape', async () => {
    const others = [
      { modelVersion: '8', dimensions: 2 },
      { modelVersion: '7', dimensions: 4 },
    ]
    for (const { modelVersion, dimensions } of others) {
      const models = scriptedModels(({ inputs }) => {
        const values = new Float32Array(inputs.length * dimensions)
        return { kind: 'vectors', modelVersion, dimensions, values }
      })
      const { objects, run, context } = aStage(models)
      const event = await aStoredChunkSet(objects, TEXTS)
      await assert.rejects(
        run(event, context),
        (error) => error instanceof Fault && error.kind === 'dependency-down',
      )
    }
  })

  it('throws a fault when everything fails: that is an outage, not poison', async () => {
    const models = scriptedModels(() => {
      throw new InferenceError('failed', 'out of memory')
    })
    const { objects, run, context } = aStage(models)
    const event = await aStoredChunkSet(objects, TEXTS)
    await assert.rejects(
      run(event, context),
      (error) => error instanceof Fault && error.kind === 'dependency-down',
    )
  })

  it('passes the fault of the server on', async () => {
    const away = new Fault('transient', 'model-server', 'away')
    const models = scriptedModels((request, count) => {
      if (count === 1) throw away
      return vectorsOf(request)
    })
    const { objects, run, context } = aStage(models)
    const event = await aStoredChunkSet(objects, TEXTS)
    await assert.rejects(run(event, context), away)
    assert.equal((await run(event, context)).kind, 'forward')
  })

  it('sends token ids to a model that reads them', async () => {
    const models = scriptedModels(vectorsOf)
    const { objects, run, context } = aStage(models, anEmbedCard({ input: 'ids' }))
    await run(await aStoredChunkSet(objects, ['x']), context)
    assert.deepEqual(models.requests[0]?.inputs, [{ ids: Int32Array.of(1, 258) }])
  })

  it('passes an erasure on without vectors', async () => {
    const { run, context } = aStage(scriptedModels(vectorsOf))
    const outcome = await run(aChunkSet(null, { operation: 'ERASE' }), context)
    assert.ok(outcome.kind === 'forward')
    const [set] = outcome.values
    assert.ok(set)
    assert.deepEqual([set.operation, set.vectors, set.chunkSetUri], ['ERASE', [], null])
    embeddingSetCodec.encode(set)
  })

  it('rejects a chunk set that is gone or unreadable', async () => {
    const { objects, run, context } = aStage(scriptedModels(vectorsOf))
    const isRejected = (code: string) => (error: unknown) =>
      error instanceof Rejected && error.failure.code === code
    await assert.rejects(
      run(aChunkSet(asUri('memory:///gone')), context),
      isRejected('chunk-set-missing'),
    )
    await objects.put('broken', Uint8Array.of(1, 2, 3))
    const broken = aChunkSet(objects.uriOf('broken'))
    await assert.rejects(run(broken, context), isRejected('chunk-set-unreadable'))
  })

  it('stops when it is aborted', async () => {
    const models: ModelServer = {
      ...scriptedModels(vectorsOf),
      infer: () => new Promise(() => undefined),
    }
    const { objects, run, context } = aStage(models)
    const event = await aStoredChunkSet(objects, TEXTS)
    const abort = new AbortController()
    const running = run(event, { ...context, signal: abort.signal })
    setImmediate(() => abort.abort(new Error('revoked')))
    await assert.rejects(running, /revoked/)
  })
})
