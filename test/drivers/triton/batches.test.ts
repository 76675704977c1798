import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { systemClock as clock } from '../../../drivers/system/system-clock.ts'
import { numbersTensor } from '../../../drivers/triton/tensor.ts'
import type { Tensor } from '../../../drivers/triton/tensor.ts'
import { createModelPools } from '../../../gpu-runners/batching/model-pool.ts'
import { readVectors } from '../../../gpu-runners/embed/read-vectors.ts'
import { readModelCard } from '../../../gpu-runners/models/read-model-card.ts'
import { Fault } from '../../../topology/model/failure.ts'
import type { ModelServer } from '../../../topology/ports/model-server.ts'
import { openTriton } from './open-triton.ts'
import { startScriptedTriton } from './scripted-triton.ts'
import type { Misfortune, ScriptedTriton } from './scripted-triton.ts'

const card = readModelCard('embed-hash', 'embed')
const failed: Misfortune = { kind: 'status', status: 500, error: 'the model failed on an item' }

describe('batches on Triton', () => {
  let scripted: ScriptedTriton
  let models: ModelServer
  beforeEach(async () => {
    scripted = await startScriptedTriton()
    models = openTriton(scripted.url, { timeoutMs: 1_000 })
  })
  afterEach(async () => {
    await models.close()
    await scripted.close()
  })

  const submit = (texts: readonly string[]) => {
    const pool = { maxBatchItems: 64, lingerMs: 1 }
    const ask = createModelPools({ card, read: readVectors(card), pool })({ models, clock })
    const items = texts.map((text) => ({ tokens: 5, bytes: text.length, input: { text } }))
    return ask(items, new AbortController().signal)
  }
  const kindsOf = async (texts: readonly string[]) =>
    (await submit(texts)).map((each) => (each.kind === 'ok' ? 'ok' : each.reason))
  const many = (count: number, odd: Readonly<Record<number, string>> = {}) =>
    Array.from({ length: count }, (_, i) => odd[i] ?? `text ${i}`)
  const expected = (count: number, odd: Readonly<Record<number, string>>) =>
    Array.from({ length: count }, (_, i) => odd[i] ?? 'ok')

  it('are halved until the one item that breaks them is found: at most 12 requests more', async () => {
    for (const at of [0, 17, 63]) {
      scripted.seen.length = 0
      scripted.trouble = (texts) => (texts.includes('poison') ? failed : undefined)
      assert.deepEqual(
        await kindsOf(many(64, { [at]: 'poison' })),
        expected(64, { [at]: 'failed' }),
      )
      assert.ok(scripted.seen.length <= 13, `${scripted.seen.length} requests`)
    }
  })

  it('are halved by an error in an answer of 200, too', async () => {
    scripted.trouble = (texts) =>
      texts.includes('poison') ? { kind: 'error-object', error: 'failed' } : undefined
    assert.deepEqual(await kindsOf(many(64, { 5: 'poison' })), expected(64, { 5: 'failed' }))
  })

  it('that are too large for the memory of the server are halved until they fit, and nothing is lost', async () => {
    scripted.trouble = (texts) =>
      texts.length > 12
        ? { kind: 'status', status: 500, error: 'CUDA out of memory. Tried to allocate 2 GiB' }
        : undefined
    assert.deepEqual(await kindsOf(many(64)), expected(64, {}))
  })

  it('keep their good rows when one is NaN or not of length 1', async () => {
    const spoil = (tensors: readonly Tensor[], texts: readonly string[]): readonly Tensor[] =>
      tensors.map((tensor) => {
        const values = new Float32Array(new Uint8Array(tensor.bytes).buffer)
        texts.forEach((text, row) => {
          if (text === 'nan') values[row * 384] = NaN
          if (text === 'long') values.fill(1, row * 384, (row + 1) * 384)
        })
        return numbersTensor('embedding', 'FP32', tensor.shape, values)
      })
    scripted.trouble = (texts) => ({ kind: 'tensors', change: (tensors) => spoil(tensors, texts) })
    assert.deepEqual(
      await kindsOf(many(64, { 3: 'nan', 40: 'long' })),
      expected(64, { 3: 'bad-result', 40: 'bad-result' }),
    )
  })

  it('end with a fault, and no item is called poison, while the server is full, away or broken for all', async () => {
    const troubles: readonly Misfortune[] = [
      { kind: 'status', status: 503, error: 'Exceeds maximum queue size' },
      { kind: 'reset' },
      { kind: 'truncated' },
      { kind: 'status', status: 404, error: 'not found' },
      failed,
    ]
    for (const trouble of troubles) {
      scripted.trouble = () => trouble
      await assert.rejects(submit(many(64)), Fault)
    }
    scripted.trouble = undefined
    assert.deepEqual(await kindsOf(many(64)), expected(64, {}))
  })
})
