import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { numbersTensor } from '../../../drivers/triton/tensor.ts'
import { checkModels } from '../../../gpu-runners/models/check-models.ts'
import { readModelCard } from '../../../gpu-runners/models/read-model-card.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { InferenceError, Overloaded } from '../../../topology/ports/model-server.ts'
import type { ModelServer } from '../../../topology/ports/model-server.ts'
import { openTriton } from './open-triton.ts'
import { startScriptedTriton } from './scripted-triton.ts'
import type { Misfortune, ScriptedTriton } from './scripted-triton.ts'

const card = readModelCard('embed-hash', 'embed')

describe('the Triton driver', () => {
  let scripted: ScriptedTriton
  let server: ModelServer
  beforeEach(async () => {
    scripted = await startScriptedTriton()
    server = openTriton(scripted.url, { timeoutMs: 800, restMs: 50 })
  })
  afterEach(async () => {
    await server.close()
    await scripted.close()
  })

  const infer = (from = server) =>
    from.infer({ model: 'embed-hash', version: '1', inputs: [{ text: 'one' }, { text: 'two' }] })

  const errorOf = async (from = server): Promise<unknown> => {
    try {
      await infer(from)
    } catch (error) {
      return error
    }
    return assert.fail('it was answered')
  }

  /** What the caller meets when every attempt meets this. */
  const meets = (misfortune: Misfortune): Promise<unknown> => {
    scripted.trouble = () => misfortune
    return errorOf()
  }

  const isFault = (error: unknown, kind: Fault['kind'], about: RegExp): void => {
    assert.ok(error instanceof Fault, String(error))
    assert.equal(error.kind, kind, error.message)
    assert.equal(error.dependency, 'model-server')
    assert.match(error.message, about)
  }

  const isInference = (error: unknown, reason: InferenceError['reason']): void => {
    assert.ok(error instanceof InferenceError, String(error))
    assert.equal(error.reason, reason)
  }

  describe('takes for the fault of the server, for now,', () => {
    const overloads: readonly (readonly [number, string])[] = [
      [503, 'Exceeds maximum queue size'],
      [503, 'Request timeout expired'],
      [429, 'too many requests'],
    ]
    for (const [status, error] of overloads)
      it(`that it is overloaded: ${status} ${error}; which it does not make worse by asking again`, async () => {
        const met = await meets({ kind: 'status', status, error })
        assert.ok(met instanceof Overloaded)
        isFault(met, 'transient', new RegExp(error))
        assert.equal(scripted.seen.length, 1)
      })

    it('how long it asks to be left alone', async () => {
      const headers = { 'retry-after': '7' }
      const met = await meets({ kind: 'status', status: 429, error: 'busy', headers })
      isFault(met, 'transient', /a pause of 7 s/)
    })

    it('what a proxy says of it, after asking again', async () => {
      for (const status of [502, 503, 504]) {
        scripted.seen.length = 0
        isFault(await meets({ kind: 'status', status, error: 'bad gateway' }), 'transient', /bad/)
        assert.equal(scripted.seen.length, 3)
      }
    })

    it('that a request was cancelled, which it says with 400', async () => {
      const met = await meets({ kind: 'status', status: 400, error: 'request was cancelled' })
      isFault(met, 'transient', /cancelled/)
    })

    it('a connection that is reset', async () => {
      isFault(await meets({ kind: 'reset' }), 'transient', /broke the connection/)
      assert.equal(scripted.seen.length, 3)
    })

    it('an answer that is cut off', async () => {
      isFault(await meets({ kind: 'truncated' }), 'transient', /broke the connection|bytes of an/)
    })

    it('an answer that is shorter or longer than its length', async () => {
      isFault(await meets({ kind: 'length', by: 100 }), 'transient', /./)
      isFault(await meets({ kind: 'length', by: -100 }), 'transient', /./)
    })

    it('no answer in time, without asking the same server again', async () => {
      isFault(await meets({ kind: 'hang' }), 'transient', /no answer within 800 ms/)
      assert.equal(scripted.seen.length, 1)
    })

    it('an answer that is no answer', async () => {
      isFault(await meets({ kind: 'body', body: '<html>' }), 'transient', /JSON/)
    })

    it('the answer to another request', async () => {
      const change = (header: object) => ({ ...header, id: 'other' })
      isFault(await meets({ kind: 'header', change }), 'transient', /another request/)
    })
  })

  describe('takes for the fault of the batch', () => {
    it('what the server calls wrong', async () => {
      isInference(
        await meets({ kind: 'status', status: 400, error: 'unexpected shape' }),
        'invalid',
      )
      isInference(await meets({ kind: 'status', status: 413, error: 'too large' }), 'invalid')
      assert.equal(scripted.seen.length, 2)
    })

    it('what the server breaks on, out of memory included', async () => {
      for (const error of ['the model failed', 'CUDA out of memory. Tried to allocate 2 GiB'])
        isInference(await meets({ kind: 'status', status: 500, error }), 'failed')
    })

    it('an error in an answer of 200', async () => {
      isInference(await meets({ kind: 'error-object', error: 'the model failed' }), 'failed')
    })

    it('rows for another number of items', async () => {
      const rows = numbersTensor('embedding', 'FP32', [1, 384], new Float32Array(384))
      isInference(await meets({ kind: 'tensors', change: () => [rows] }), 'failed')
    })
  })

  describe('takes for something that stays until somebody acts', () => {
    it('that it is not let in, without showing with what', async () => {
      scripted.token = 'Bearer right'
      const other = openTriton(scripted.url, { headers: { authorization: 'Bearer wrong' } })
      const error = await errorOf(other)
      isFault(error, 'dependency-down', /403.*triton\.credentials/)
      assert.doesNotMatch(String(error), /wrong|right/)
      await other.close()
    })

    it('a model that is not loaded, not ready, or whose process is gone', async () => {
      const said: readonly (readonly [number, string])[] = [
        [404, 'not found'],
        [400, "Request for unknown model: 'x' is not found"],
        [400, 'Model x is not ready'],
        [501, 'unsupported'],
        [500, "Stub process 'embed-hash_0_0' is not healthy."],
      ]
      for (const [status, error] of said)
        isFault(await meets({ kind: 'status', status, error }), 'dependency-down', /./)
    })

    it('an answer of another version or model', async () => {
      const version = (header: object) => ({ ...header, model_version: '2' })
      isFault(await meets({ kind: 'header', change: version }), 'dependency-down', /embed-hash@2/)
      const name = (header: object) => ({ ...header, model_name: 'other' })
      isFault(await meets({ kind: 'header', change: name }), 'dependency-down', /other@1 answered/)
    })

    it('an answer without the output, of another width or of no floats', async () => {
      const of = (tensor: ReturnType<typeof numbersTensor>): Misfortune => ({
        kind: 'tensors',
        change: () => [tensor],
      })
      const wide = numbersTensor('embedding', 'FP32', [2, 4], new Float32Array(8))
      isFault(await meets(of(wide)), 'dependency-down', /\[2, 4\]; rows of 384/)
      isFault(await meets(of({ ...wide, name: 'x' })), 'dependency-down', /gave no embedding/)
      const whole = numbersTensor('embedding', 'INT32', [2, 384], new Int32Array(768))
      isFault(await meets(of(whole)), 'dependency-down', /INT32/)
    })

    it('that nobody listens', async () => {
      const { url } = scripted
      await scripted.close()
      const gone = openTriton(url)
      isFault(await errorOf(gone), 'dependency-down', /cannot be reached \(ECONNREFUSED\)/)
      await assert.rejects(gone.models(), /ECONNREFUSED/)
      await gone.close()
    })

    it('that something else than a Triton listens', async () => {
      scripted.models.get('embed-hash')!.metadata = { inputs: [], outputs: 'none' as never }
      isFault(await errorOf(), 'dependency-down', /is it a Triton/)
    })

    it('a model that does not say how it is asked', async () => {
      scripted.models.get('embed-hash')!.config.parameters = {}
      isFault(await errorOf(), 'dependency-down', /parameter task/)
    })
  })

  it('says which versions there are when the pinned one is not', async () => {
    scripted.models.get('embed-hash')!.versions = ['2', '3']
    isFault(await errorOf(), 'dependency-down', /no embed-hash@1; versions of it: 2, 3/)
  })

  it('refuses a model that is not what its card says, and says both', async () => {
    const strict = openTriton(scripted.url, { differences: (info) => checkModels([card], [info]) })
    scripted.models.get('embed-hash')!.metadata.outputs = [
      { name: 'embedding', datatype: 'FP32', shape: [-1, 512] },
    ]
    const error = await errorOf(strict)
    isFault(error, 'dependency-down', /dimensions is 384 on the card and 512 on the server/)
    scripted.models.get('embed-hash')!.metadata.outputs = [
      { name: 'embedding', datatype: 'FP32', shape: [-1, 384] },
    ]
    scripted.models.get('embed-hash')!.config.max_batch_size = 8
    isFault(await errorOf(strict), 'dependency-down', /128 items on the card.*takes 8/)
    scripted.models.get('embed-hash')!.config.max_batch_size = 128
    assert.equal((await infer(strict)).kind, 'vectors')
    await strict.close()
  })

  it('looks at a model again after a failure: another one may have been loaded', async () => {
    const strict = openTriton(scripted.url, { differences: (info) => checkModels([card], [info]) })
    await infer(strict)
    scripted.models.get('embed-hash')!.config.parameters['task'] = { string_value: 'classify' }
    scripted.models.get('embed-hash')!.metadata.outputs = [
      { name: 'scores', datatype: 'FP32', shape: [-1, 2] },
    ]
    scripted.misfortunes.push({ kind: 'reset' })
    isFault(await errorOf(strict), 'dependency-down', /task is embed on the card and classify/)
    await strict.close()
  })

  it('waits for a server that hangs once, then only for word that it is ready', async () => {
    const patient = openTriton(scripted.url, { timeoutMs: 800, connectTimeoutMs: 300 })
    await infer(patient)
    scripted.state = 'frozen'
    isFault(await errorOf(patient), 'transient', /no answer within 800 ms/)
    const all = await Promise.all(Array.from({ length: 20 }, () => errorOf(patient)))
    for (const error of all) isFault(error, 'dependency-down', /does not say that it is ready/)
    scripted.state = 'not-ready'
    isFault(await errorOf(patient), 'dependency-down', /is not ready \(400\)/)
    scripted.state = 'ready'
    scripted.proofs = 0
    await Promise.all(Array.from({ length: 20 }, () => infer(patient)))
    assert.equal(scripted.proofs, 1)
    await patient.close()
  })

  it('asks again when a connection breaks once, so that nobody hears of it', async () => {
    for (const kind of ['reset', 'truncated'] as const) {
      scripted.misfortunes.push({ kind })
      assert.equal((await infer()).kind, 'vectors')
    }
  })

  it('reads FP16 and BF16 as floats', async () => {
    const halves = (datatype: 'FP16' | 'BF16', one: number): Misfortune => ({
      kind: 'tensors',
      change: () => [
        numbersTensor('embedding', datatype, [2, 384], new Uint16Array(768).fill(one)),
      ],
    })
    for (const each of [halves('FP16', 0x3c00), halves('BF16', 0x3f80)]) {
      scripted.misfortunes.push(each)
      const response = await infer()
      assert.ok(response.kind === 'vectors' && response.values.every((value) => value === 1))
    }
  })

  it('takes no answer that is larger than it may be', async () => {
    const small = openTriton(scripted.url, { maxAnswerBytes: 1_000 })
    isFault(await errorOf(small), 'transient', /1000 are taken/)
    await small.close()
  })

  describe('with two servers', () => {
    let other: ScriptedTriton
    let both: ModelServer
    beforeEach(async () => {
      other = await startScriptedTriton()
      both = openTriton([scripted.url, other.url], { timeoutMs: 800, restMs: 60_000 })
    })
    afterEach(async () => {
      await both.close()
      await other.close()
    })

    it('sends to the one with fewer requests under way', async () => {
      await Promise.all(Array.from({ length: 10 }, () => infer(both)))
      assert.equal(scripted.seen.length, 5)
      assert.equal(other.seen.length, 5)
    })

    it('goes on with one while the other is away, full, or slow', async () => {
      for (const trouble of [
        { kind: 'reset' },
        { kind: 'status', status: 503, error: 'Exceeds maximum queue size' },
        { kind: 'hang' },
        { kind: 'status', status: 404, error: 'not found' },
      ] as const) {
        other.trouble = () => trouble
        for (let i = 0; i < 4; i++) assert.equal((await infer(both)).kind, 'vectors')
      }
      // It rests after its first failure.
      assert.ok(other.seen.length <= 2, `${other.seen.length}`)
    })

    it('goes on when one is shut down for good', async () => {
      await infer(both)
      await other.close()
      for (let i = 0; i < 4; i++) assert.equal((await infer(both)).kind, 'vectors')
    })

    it('refuses two that have different models under one name', async () => {
      other.models.get('embed-hash')!.config.max_batch_size = 7
      await assert.rejects(both.models(), /the endpoints differ in embed-hash@1/)
    })
  })
})
