import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { describeModelServer } from '../../contracts/model-server.contract.ts'
import type { ModelServer } from '../../../topology/ports/model-server.ts'
import { openTriton } from './open-triton.ts'
import { startScriptedTriton } from './scripted-triton.ts'
import type { ScriptedTriton } from './scripted-triton.ts'

const embed = { name: 'embed-hash', version: '1', dimensions: 384 }

describeModelServer(
  'the Triton driver on the scripted server',
  {
    embed,
    classify: {
      name: 'classify-toxicity',
      version: '1',
      labels: ['toxic', 'insult', 'threat', 'obscene'],
    },
    summarise: { name: 'summarise-coverage', version: '1' },
  },
  async () => {
    const scripted = await startScriptedTriton()
    const server = openTriton(scripted.url)
    return {
      ...server,
      close: async () => {
        await server.close()
        await scripted.close()
      },
    }
  },
)

describe('what the Triton driver sends', () => {
  let scripted: ScriptedTriton
  let server: ModelServer
  beforeEach(async () => {
    scripted = await startScriptedTriton()
    server = openTriton(scripted.url, { headers: { authorization: 'Bearer abc' } })
  })
  afterEach(async () => {
    await server.close()
    await scripted.close()
  })

  const ask = (texts: readonly string[], more = {}) =>
    server.infer({
      model: 'embed-hash',
      version: '1',
      inputs: texts.map((text) => ({ text })),
      ...more,
    })

  it('names the version in the path and asks for binary outputs', async () => {
    await ask(['a'])
    const [seen] = scripted.seen
    assert.equal(seen?.path, '/v2/models/embed-hash/versions/1/infer')
    assert.deepEqual(seen?.header['outputs'], [
      { name: 'embedding', parameters: { binary_data: true } },
    ])
    assert.equal(seen?.headers['content-type'], 'application/octet-stream')
  })

  it('counts the bytes of texts, not their characters', async () => {
    const texts = ['', 'über', '👍🏽 東京']
    const response = await ask(texts)
    assert.equal(response.kind === 'vectors' && response.values.length, 3 * 384)
    const [text] = scripted.seen[0]?.inputs ?? []
    assert.deepEqual(text?.shape, [3, 1])
    assert.equal(text?.bytes.byteLength, 3 * 4 + Buffer.byteLength(texts.join('')))
  })

  it('gives the server four fifths of its own time', async () => {
    await ask(['a'])
    assert.deepEqual(scripted.seen[0]?.header['parameters'], { timeout: 24_000_000 })
  })

  it('sends what proves who it is with every request', async () => {
    scripted.token = 'Bearer abc'
    assert.equal((await ask(['a'])).kind, 'vectors')
    assert.ok((await server.models()).length > 0)
  })

  it('gives each request an id, and a trace that is its own or the caller’s', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c'
    await ask(['a'])
    await ask(['b'], { traceparent: `00-${trace}-b7ad6b7169203331-01` })
    const [first, second] = scripted.seen
    assert.notEqual(first?.header['id'], second?.header['id'])
    assert.match(String(first?.headers['traceparent']), /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    const id = String(second?.header['id'])
    assert.equal(second?.headers['traceparent'], `00-${trace}-${id}-01`)
  })

  it('sends rows of ids of every length as wide numbers, padded with 0', async () => {
    const model = scripted.models.get('embed-hash')
    assert.ok(model)
    model.metadata.inputs = [{ name: 'input_ids', datatype: 'INT64', shape: [-1, -1] }]
    const rows = Array.from({ length: 40 }, (_, row) =>
      Int32Array.from({ length: row }, (__, i) => (row * 7_919 + i * 104_729) % 2 ** 31),
    )
    const inputs = rows.map((ids) => ({ ids }))
    for (let time = 0; time < 2; time++)
      await assert.rejects(server.infer({ model: 'embed-hash', version: '1', inputs }))
    for (const { inputs: seen } of scripted.seen) {
      const words = new BigInt64Array(new Uint8Array(seen[0]?.bytes ?? []).buffer)
      const expected = rows.flatMap((ids) => [...ids, ...Array<number>(39 - ids.length).fill(0)])
      assert.deepEqual([...words].map(Number), expected)
    }
  })

  it('sends ids as they are in the model: padded, with lengths and mask, in the width of the input', async () => {
    const model = scripted.models.get('embed-hash')
    assert.ok(model)
    model.metadata.inputs = [
      { name: 'input_ids', datatype: 'INT64', shape: [-1, -1] },
      { name: 'attention_mask', datatype: 'INT32', shape: [-1, -1] },
      { name: 'lengths', datatype: 'INT32', shape: [-1, 1] },
    ]
    const inputs = [{ ids: Int32Array.of(7, 8, 9) }, { ids: Int32Array.of(5) }]
    await assert.rejects(server.infer({ model: 'embed-hash', version: '1', inputs }))
    const [ids, lengths, mask] = scripted.seen[0]?.inputs ?? []
    assert.deepEqual(ids && [ids.datatype, ids.shape], ['INT64', [2, 3]])
    const words = new BigInt64Array(new Uint8Array(ids?.bytes ?? []).buffer)
    assert.deepEqual([...words], [7n, 8n, 9n, 5n, 0n, 0n])
    const int32 = (bytes: Uint8Array = new Uint8Array()) => [
      ...new Int32Array(new Uint8Array(bytes).buffer),
    ]
    assert.deepEqual(int32(lengths?.bytes), [3, 1])
    assert.deepEqual(int32(mask?.bytes), [1, 1, 1, 1, 0, 0])
  })

  it('sends each of many requests whole, though they are written where earlier ones were', async () => {
    const sizes = [9_000, 20_000, 8_193, 70_000, 12_345, 20_001, 3, 33_333]
    const textOf = (round: number, i: number) =>
      `${round}:${i} `.repeat(sizes[(round + i) % sizes.length] ?? 1)
    for (let round = 0; round < 4; round++) {
      if (round === 2) scripted.misfortunes.push({ kind: 'reset' }, { kind: 'truncated' })
      const texts = sizes.map((_, i) => textOf(round, i))
      scripted.seen.length = 0
      await Promise.all(texts.map((text) => ask([text])))
      const came = scripted.seen.map(({ inputs }) =>
        Buffer.from(inputs[0]?.bytes ?? []).toString('utf8', 4),
      )
      assert.deepEqual(new Set(came), new Set(texts))
    }
  })

  it('looks at a model once, not with every request', async () => {
    await ask(['a'])
    scripted.models.get('embed-hash')!.config.max_batch_size = 1
    await ask(['b'])
    assert.equal(scripted.seen.length, 2)
  })

  it('closes the request when it is aborted, so that the server can stop', async () => {
    scripted.misfortunes.push({ kind: 'hang' })
    const abort = new AbortController()
    const waiting = server.infer(
      { ...embed, model: embed.name, inputs: [{ text: 'a' }] },
      abort.signal,
    )
    while (scripted.seen.length === 0) await new Promise((resolve) => setImmediate(resolve))
    abort.abort(new Error('enough'))
    await assert.rejects(waiting, /enough/)
    while (!scripted.seen[0]?.aborted) await new Promise((resolve) => setImmediate(resolve))
  })

  it('tells what the server has done with a model, where it says so', async () => {
    assert.equal(await server.load?.('embed-hash', '1'), undefined)
    const of = (ns: number) => ({ count: 4, ns })
    const inference_stats = {
      success: of(9e6),
      queue: of(2e6),
      compute_input: of(1e6),
      compute_infer: of(3e6),
      compute_output: of(1e6),
    }
    const batch = { compute_input: of(1e6), compute_infer: of(1e6), compute_output: of(5e5) }
    const batch_stats = [{ batch_size: 16, ...batch }, batch]
    scripted.stats = {
      model_stats: [{ inference_count: 40, execution_count: 3, inference_stats, batch_stats }],
    }
    assert.deepEqual(await server.load?.('embed-hash', '1'), {
      requests: 4,
      executions: 3,
      items: 40,
      queueMs: 2,
      computeMs: 5,
      busyMs: 5,
    })
  })
})
