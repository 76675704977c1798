import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { Fault } from '../../topology/model/failure.ts'
import { InferenceError } from '../../topology/ports/model-server.ts'
import type {
  InferenceResponse,
  ModelInput,
  ModelServer,
} from '../../topology/ports/model-server.ts'

/** Which models of the server under test the suite may ask. */
export interface ModelServerModels {
  readonly embed: { readonly name: string; readonly version: string; readonly dimensions: number }
  readonly classify: {
    readonly name: string
    readonly version: string
    readonly labels: readonly string[]
  }
  readonly summarise: {
    readonly name: string
    readonly version: string
    /** How a text is put to it; as it is, when absent. */
    readonly inputOf?: (text: string) => ModelInput
  }
}

const TEXTS = ['The budget was approved.', 'Where is the printer manual?', 'Lunch at noon.']

/** What every model server must do. */
export function describeModelServer(
  name: string,
  models: ModelServerModels,
  create: () => Promise<ModelServer>,
): void {
  describe(`${name} as a model server`, () => {
    let server: ModelServer

    const ask = (
      model: { readonly name: string; readonly version: string },
      texts: readonly string[],
      signal?: AbortSignal,
    ): Promise<InferenceResponse> =>
      server.infer(
        { model: model.name, version: model.version, inputs: texts.map((text) => ({ text })) },
        signal,
      )

    beforeEach(async () => {
      server = await create()
    })

    afterEach(() => server.close())

    it('names what it has loaded, with task, dimensions and labels', async () => {
      const loaded = await server.models()
      const { embed, classify, summarise } = models
      const find = (wanted: string) => {
        // What else a server says of a model is its own matter.
        const {
          input: _,
          maxBatchItems: __,
          ...info
        } = loaded.find(({ name }) => name === wanted) ?? {}
        return info
      }
      assert.deepEqual(find(embed.name), { ...embed, task: 'embed' })
      assert.deepEqual(find(classify.name), { ...classify, task: 'classify' })
      const { name, version } = summarise
      assert.deepEqual(find(name), { name, version, task: 'summarise' })
    })

    it('answers one unit vector per text, in the order of the texts', async () => {
      const { dimensions } = models.embed
      const together = await ask(models.embed, TEXTS)
      assert.ok(together.kind === 'vectors')
      assert.equal(together.dimensions, dimensions)
      assert.equal(together.modelVersion, models.embed.version)
      assert.equal(together.values.length, TEXTS.length * dimensions)
      for (const [row, text] of TEXTS.entries()) {
        const alone = await ask(models.embed, [text])
        assert.ok(alone.kind === 'vectors')
        const vector = together.values.slice(row * dimensions, (row + 1) * dimensions)
        const cosine = vector.reduce((sum, v, i) => sum + v * (alone.values[i] as number), 0)
        assert.ok(cosine > 0.9999 && cosine < 1.0001, `row ${row}: ${cosine}`)
      }
    })

    it('answers one score from 0 to 1 per text and label', async () => {
      const response = await ask(models.classify, TEXTS)
      assert.ok(response.kind === 'scores')
      assert.deepEqual(response.labels, models.classify.labels)
      assert.equal(response.values.length, TEXTS.length * models.classify.labels.length)
      assert.ok(response.values.every((score) => score >= 0 && score <= 1))
    })

    it('answers one summary per text, within the tokens that were asked for', async () => {
      const { name: model, version, inputOf = (text) => ({ text }) } = models.summarise
      const inputs = TEXTS.map((text) => inputOf(`${text} `.repeat(20)))
      const response = await server.infer({ model, version, inputs, maxTokens: 12 })
      assert.ok(response.kind === 'texts')
      assert.equal(response.texts.length, TEXTS.length)
      for (const { text, tokensIn, tokensOut } of response.texts) {
        assert.ok(text.length > 0)
        assert.ok(tokensIn > tokensOut && tokensOut > 0 && tokensOut <= 12)
      }
    })

    it('answers many requests at once, each its own', async () => {
      const texts = Array.from({ length: 40 }, (_, i) => `Message number ${i} about case ${i * i}`)
      const all = await ask(models.embed, texts)
      const each = await Promise.all(texts.map((text) => ask(models.embed, [text])))
      assert.ok(all.kind === 'vectors')
      each.forEach((one, row) => {
        assert.ok(one.kind === 'vectors')
        assert.ok(
          Math.abs((all.values[row * one.dimensions] as number) - (one.values[0] as number)) < 1e-4,
        )
      })
    })

    it('answers nothing to an empty request', async () => {
      const response = await ask(models.embed, [])
      assert.ok(response.kind === 'vectors')
      assert.equal(response.values.length, 0)
    })

    it('throws a fault for a model or version that it has not loaded: every item would fail alike', async () => {
      const isDown = (error: unknown): boolean =>
        error instanceof Fault && error.kind === 'dependency-down'
      await assert.rejects(ask({ name: 'no-such-model', version: '1' }, TEXTS), isDown)
      await assert.rejects(ask({ ...models.embed, version: '999' }, TEXTS), isDown)
    })

    it('refuses an input of the wrong kind as invalid', async () => {
      const { name: model, version } = models.embed
      await assert.rejects(
        server.infer({ model, version, inputs: [{ text: 'fine' }, {}] }),
        (error) => error instanceof InferenceError && error.reason === 'invalid',
      )
    })

    it('stops waiting when it is aborted', async () => {
      const abort = new AbortController()
      const waiting = ask(models.embed, TEXTS, abort.signal)
      abort.abort(new Error('enough'))
      await assert.rejects(waiting, /enough/)
      await assert.rejects(ask(models.embed, TEXTS, abort.signal), /enough/)
      assert.equal((await ask(models.embed, TEXTS)).kind, 'vectors')
    })

    it('throws a fault once it is closed', async () => {
      await ask(models.embed, TEXTS)
      await server.close()
      await assert.rejects(ask(models.embed, TEXTS), Fault)
    })
  })
}
