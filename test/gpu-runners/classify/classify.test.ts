import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createClassifyStage } from '../../../gpu-runners/classify/index.ts'
import { classificationSetCodec } from '../../../schemas/generated/codecs.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { InferenceError } from '../../../topology/ports/model-server.ts'
import type { InferenceRequest, InferenceResponse } from '../../../topology/ports/model-server.ts'
import { inMemoryObjectStore } from '../../builders/in-memory-object-store.ts'
import { aStageContext } from '../../builders/test-ports.ts'
import { aChunkSet, aStoredChunkSet, chunkIdOf } from '../a-chunk-set.ts'
import { aClassifyCard } from '../cards.ts'
import { immediateClock } from '../immediate-clock.ts'
import { scriptedModels } from '../scripted-models.ts'

const MOOD = aClassifyCard()
const TONE = aClassifyCard({
  name: 'tone',
  labels: [{ label: 'rude', threshold: 0.9, doc: 'rude' }],
})

function scores({ model, version, inputs }: InferenceRequest): InferenceResponse {
  if (model === 'tone' && inputs.some(({ text }) => text === 'poison'))
    throw new InferenceError('invalid', 'cannot read it')
  const labels = model === 'mood' ? ['glad', 'sad'] : ['rude']
  const row = model === 'mood' ? [0.5, 0.75] : [0.9]
  const values = Float32Array.from(inputs.flatMap(() => row))
  return { kind: 'scores', modelVersion: version, labels, values }
}

function aStage(answer = scores) {
  const objects = inMemoryObjectStore()
  const models = scriptedModels(answer)
  const { run } = createClassifyStage({ cards: [MOOD, TONE] })
  return {
    objects,
    models,
    run,
    context: aStageContext({ objects, models, clock: immediateClock() }),
  }
}

describe('the classify stage', () => {
  it('forwards all scores of all models for every chunk, and which reach the threshold', async () => {
    const { objects, models, run, context } = aStage()
    const outcome = await run(await aStoredChunkSet(objects, ['a', 'b c']), context)
    assert.ok(outcome.kind === 'forward')
    const [set] = outcome.values
    assert.ok(set)
    assert.deepEqual(
      set.results.map(({ ordinal, model, modelVersion, scores }) => [
        ordinal,
        `${model}@${modelVersion}`,
        ...scores.map(
          ({ label, score, accepted }) => `${label} ${score.toFixed(2)} ${String(accepted)}`,
        ),
      ]),
      [
        [0, 'mood@7', 'glad 0.50 true', 'sad 0.75 false'],
        [0, 'tone@7', 'rude 0.90 true'],
        [1, 'mood@7', 'glad 0.50 true', 'sad 0.75 false'],
        [1, 'tone@7', 'rude 0.90 true'],
      ],
    )
    assert.deepEqual(
      [set.producedBy.stage, set.producedBy.model, set.producedBy.modelVersion],
      ['classify', 'mood+tone', '7+7'],
    )
    classificationSetCodec.encode(set)
    assert.equal(models.requests.length, 2)
  })

  it('dead-letters a chunk for the model that refuses it and keeps what the others say', async () => {
    const { objects, run, context } = aStage()
    const outcome = await run(await aStoredChunkSet(objects, ['a', 'poison']), context)
    assert.ok(outcome.kind === 'forward')
    const [set] = outcome.values
    assert.deepEqual(
      set?.results.map(({ ordinal, model }) => `${ordinal} ${model}`),
      ['0 mood', '0 tone', '1 mood'],
    )
    assert.deepEqual(set?.failed, [
      { chunkId: chunkIdOf('poison'), ordinal: 1, code: 'model-refused-item' },
    ])
    assert.deepEqual(
      outcome.failures?.map(({ disposition, itemId }) => [disposition, itemId]),
      [['VALIDATION', chunkIdOf('poison')]],
    )
  })

  it('throws a fault when the labels are not those of the card', async () => {
    const { objects, run, context } = aStage((request) => {
      const response = scores(request)
      return response.kind === 'scores'
        ? { ...response, labels: response.labels.map((label) => `${label}!`) }
        : response
    })
    const event = await aStoredChunkSet(objects, ['a'])
    await assert.rejects(
      run(event, context),
      (error) => error instanceof Fault && /labels/.test(error.message),
    )
  })

  it('passes an erasure on without scores', async () => {
    const { run, context } = aStage()
    const outcome = await run(aChunkSet(null, { operation: 'ERASE' }), context)
    assert.ok(outcome.kind === 'forward')
    const [set] = outcome.values
    assert.ok(set)
    assert.deepEqual([set.operation, set.results], ['ERASE', []])
    classificationSetCodec.encode(set)
  })
})
