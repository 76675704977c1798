import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { decodeResponse } from '../../../drivers/triton/decode-response.ts'
import { encodeRequest, outgoing } from '../../../drivers/triton/encode-request.ts'
import { ELEMENT_BYTES, numbersTensor, textsTensor } from '../../../drivers/triton/tensor.ts'
import type { DataType, Tensor } from '../../../drivers/triton/tensor.ts'
import { checkModels } from '../../../gpu-runners/models/check-models.ts'
import { modelNames } from '../../../gpu-runners/models/model-names.ts'
import { readModelCard } from '../../../gpu-runners/models/read-model-card.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { InferenceError, Overloaded } from '../../../topology/ports/model-server.ts'
import type { ModelServer } from '../../../topology/ports/model-server.ts'
import { describeModelServer } from '../../contracts/model-server.contract.ts'
import { openTriton } from '../../drivers/triton/open-triton.ts'
import { triton } from '../../services/services.ts'
import { loadedModels } from '../../services/triton-models.ts'
import { startTriton } from '../../services/triton.ts'
import type { NativeTriton } from '../../services/triton.ts'

describeModelServer(
  'the Triton driver on a real Triton',
  {
    embed: { name: 'embed-hash', version: '1', dimensions: 384 },
    classify: {
      name: 'classify-toxicity',
      version: '1',
      labels: ['toxic', 'insult', 'threat', 'obscene'],
    },
    summarise: { name: 'summarise-coverage', version: '1' },
  },
  async () => openTriton((await triton()).address),
)

const task = (name: string) =>
  name.startsWith('embed') ? 'embed' : name.startsWith('classify') ? 'classify' : 'summarise'
const cards = modelNames()
  .filter((name) => (loadedModels as readonly string[]).includes(name))
  .map((name) => readModelCard(name, task(name)))

describe('a real Triton', () => {
  let url: string
  let server: ModelServer
  before(async () => {
    url = (await triton()).address
    server = openTriton(url)
  })
  after(() => server.close())

  const ask = (texts: readonly string[], from = server, signal?: AbortSignal) =>
    from.infer({ model: 'fault', version: '1', inputs: texts.map((text) => ({ text })) }, signal)

  const errorOf = async (texts: readonly string[], from = server): Promise<unknown> => {
    try {
      await ask(texts, from)
    } catch (error) {
      return error
    }
    return assert.fail('it was answered')
  }

  it('has loaded what the cards of the package describe', async () => {
    assert.deepEqual(checkModels(cards, await server.models()), [])
  })

  it('gives tensors of every type back as they were sent', async () => {
    const types = (Object.keys(ELEMENT_BYTES) as DataType[]).filter((each) => each !== 'BF16')
    const inputs = types.map((datatype): Tensor => {
      const name = `in_${datatype === 'BYTES' ? 'string' : datatype.toLowerCase()}`
      if (datatype === 'BYTES')
        return textsTensor(name, [2, 3], ['', 'ü', '👍', 'a b', '\0', '東京'])
      const bytes = Uint8Array.from({ length: 6 * ELEMENT_BYTES[datatype] }, (_, i) =>
        datatype === 'BOOL' ? i % 2 : (i * 37) % 120,
      )
      return numbersTensor(name, datatype, [2, 3], bytes)
    })
    const outputs = inputs.map(({ name }) => name.replace('in_', 'out_'))
    const { body, headerLength } = encodeRequest({
      id: 'types',
      inputs: inputs.map(outgoing),
      outputs,
      parameters: {},
    })
    const answer = await fetch(`${url}/v2/models/identity/versions/1/infer`, {
      method: 'POST',
      headers: { 'inference-header-content-length': String(headerLength) },
      body: new Uint8Array(body),
    })
    const all = new Uint8Array(await answer.arrayBuffer())
    assert.equal(answer.status, 200, Buffer.from(all).toString())
    const split = Number(answer.headers.get('inference-header-content-length'))
    const json = Buffer.from(all.subarray(0, split)).toString()
    const decoded = decodeResponse(json, all.subarray(split))
    assert.equal(decoded.id, 'types')
    for (const input of inputs) {
      const output = decoded.outputs.get(input.name.replace('in_', 'out_'))
      assert.deepEqual([output?.datatype, output?.shape], [input.datatype, input.shape])
      assert.ok(Buffer.from(output?.bytes ?? []).equals(input.bytes), input.name)
    }
  })

  it('counts what it did, a moment after it has answered', async () => {
    const before = await server.load?.('fault', '1')
    await ask(['a', 'b', 'c'])
    let now = await server.load?.('fault', '1')
    while (now?.items === before?.items) now = await server.load?.('fault', '1')
    assert.ok(before && now)
    assert.equal(now.items - before.items, 3)
    assert.equal(now.requests - before.requests, 1)
    assert.ok(now.computeMs > before.computeMs)
  })

  it('breaks on one item of a batch, and on a batch that is too large for its memory', async () => {
    for (const texts of [['a', 'poison'], Array.from({ length: 17 }, () => 'large')]) {
      const error = await errorOf(texts)
      assert.ok(error instanceof InferenceError && error.reason === 'failed', String(error))
    }
    await ask(Array.from({ length: 16 }, () => 'large'))
  })

  it('answers NaN and narrow rows with 200: the driver refuses the width, runners the NaN', async () => {
    const response = await ask(['nan'])
    assert.ok(response.kind === 'vectors' && Number.isNaN(response.values[0]))
    const error = await errorOf(['narrow'])
    assert.ok(error instanceof Fault && error.kind === 'dependency-down', String(error))
  })

  it('refuses a batch that is larger than it takes as invalid', async () => {
    const error = await errorOf(Array.from({ length: 65 }, () => 'a'))
    assert.ok(error instanceof InferenceError && error.reason === 'invalid', String(error))
  })

  it('says that its queue is full', async () => {
    const all = await Promise.allSettled(Array.from({ length: 12 }, () => ask(['delay:150'])))
    const refused = all.flatMap((each) =>
      each.status === 'rejected' ? [each.reason as unknown] : [],
    )
    assert.ok(refused.length > 0)
    for (const error of refused) assert.ok(error instanceof Overloaded, String(error))
    assert.equal((await ask(['a'])).kind, 'vectors')
  })

  it('is given up when it is slow', async () => {
    const hasty = openTriton(url, { timeoutMs: 2_000 })
    await ask(['a'], hasty)
    const error = await errorOf(['delay:5000'], hasty)
    assert.ok(error instanceof Fault && error.kind === 'transient', String(error))
    assert.match(error.message, /2000 ms/)
    await hasty.close()
  })
})

describe('a real Triton that is', () => {
  let folder: string
  let native: NativeTriton
  let server: ModelServer
  /** Waits longer than a server takes to be killed, however busy the machine is. */
  let patient: ModelServer
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-streams-triton-'))
    native = await startTriton(folder, 'parent', { models: ['fault', 'embed-hash'] })
    server = openTriton(native.url, {
      timeoutMs: 5_000,
      connectTimeoutMs: 1_500,
      restMs: 0,
    })
    patient = openTriton(native.url, { timeoutMs: 60_000, restMs: 0 })
  })
  after(async () => {
    await server.close()
    await patient.close()
    await native.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const ask = (text: string, version = '1') =>
    server.infer({ model: 'fault', version, inputs: [{ text }] })
  const kindOf = (error: unknown) => (error instanceof Fault ? error.kind : String(error))

  it('killed in mid-request is away, and is used again once it is back', async () => {
    await ask('a')
    const request = { model: 'fault', version: '1', inputs: [{ text: 'delay:50000' }] }
    await patient.infer({ ...request, inputs: [{ text: 'a' }] })
    const waiting = patient.infer(request).then(
      () => 'answered',
      (error: unknown) => kindOf(error),
    )
    await new Promise((resolve) => setTimeout(resolve, 300))
    await native.kill()
    assert.equal(await waiting, 'dependency-down')
    await assert.rejects(ask('a'), (error) => kindOf(error) === 'dependency-down')
    await native.restart()
    assert.equal((await ask('a')).kind, 'vectors')
  })

  it('frozen is given up in time, and is used again once it goes on', async () => {
    await ask('a')
    await native.freeze()
    await assert.rejects(ask('a'), (error) => kindOf(error) === 'transient')
    await assert.rejects(ask('a'), (error) => kindOf(error) === 'dependency-down')
    native.thaw()
    assert.equal((await ask('a')).kind, 'vectors')
  })

  it('restarted without the model, or asked for a version that it has not, is down by name', async () => {
    await assert.rejects(ask('a', '2'), /no fault@2; versions of it: 1/)
    await native.restart({ models: ['embed-hash'] })
    await assert.rejects(ask('a'), (error) => kindOf(error) === 'dependency-down')
    await native.restart({ models: ['fault'] })
    assert.equal((await ask('a')).kind, 'vectors')
  })

  it('left by the process of a model is down, and says so', async () => {
    await assert.rejects(ask('exit'), (error) => kindOf(error) === 'dependency-down')
    await assert.rejects(ask('a'), /not healthy/)
    await native.restart()
    assert.equal((await ask('a')).kind, 'vectors')
  })
})
