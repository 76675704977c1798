import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Fault } from '../../../topology/model/failure.ts'
import { InferenceError } from '../../../topology/ports/model-server.ts'
import { NerUnusable } from '../../../topology/ports/ner.ts'
import type { Ner } from '../../../topology/ports/ner.ts'
import { describeNer } from '../../contracts/ner.contract.ts'
import { scriptedModels } from '../scripted-models.ts'
import { aModelNer, changedScores, lexiconCard, lexiconScores } from './a-model-ner.ts'

describeNer('a token classifier of a model server', () =>
  Promise.resolve({
    ner: aModelNer(scriptedModels(lexiconScores)),
    destroy: () => Promise.resolve(),
  }),
)

const namesIn = async (ner: Ner, text: string) => {
  const { entities } = await ner.find([text])
  return entities[0]!.map(({ start, end, type }) => [text.slice(start, end), type])
}

describe('asking a token classifier for names', () => {
  it('asks in windows with special tokens around them, none longer than the model reads', async () => {
    const models = scriptedModels(lexiconScores)
    await aModelNer(models).find(['Nothing is here, and nothing there. '.repeat(200)])
    const ids = models.requests.flatMap(({ inputs }) => inputs.map((each) => each.ids!))
    assert.ok(ids.length > 10)
    for (const each of ids) {
      assert.ok(each.length <= 128)
      assert.deepEqual([each[0], each.at(-1)], [2, 3])
    }
  })

  it('fills batches with the windows of several texts', async () => {
    const models = scriptedModels(lexiconScores)
    await aModelNer(models).find(['Wilma Quux called.', 'Grauheim is far.', 'Nobody called.'])
    assert.deepEqual(
      models.requests.map(({ inputs }) => inputs.length),
      [3],
    )
  })

  it('finds a name wherever a window or a stretch ends, once and whole', async () => {
    const name = 'Zebulon Fitzquarrel'
    const ner = aModelNer(scriptedModels(lexiconScores), {
      card: lexiconCard({ maxTokens: 32, overlap: 10 }),
      stretchUnits: 400,
    })
    for (let before = 0; before < 240; before += 7) {
      const text = `${'so '.repeat(before)}${name} ${'and so on '.repeat(60)}`
      assert.deepEqual(await namesIn(ner, text), [[name, 'PERSON']], `after ${before} words`)
    }
  })

  it('tokenises a long text piece by piece, in time that grows with its length', async () => {
    const lengths: number[] = []
    const models = scriptedModels(lexiconScores)
    const ner = aModelNer(models)
    for (const times of [1, 2, 4]) {
      const before = models.requests.length
      await ner.find(['All is well here. '.repeat(4_000 * times)])
      const asked = models.requests.slice(before).flatMap(({ inputs }) => inputs)
      lengths.push(asked.reduce((sum, { ids }) => sum + ids!.length, 0))
    }
    const [one = 0, two = 0, four = 0] = lengths
    assert.ok(two < 2.2 * one && four < 2.2 * two, lengths.join())
  })

  it('leaves out names below the threshold and kinds that are nobody’s business', async () => {
    const models = scriptedModels(lexiconScores)
    const text = 'Wilma Quux lived in Grauheim.'
    assert.deepEqual(
      await namesIn(aModelNer(models, { card: lexiconCard({ threshold: 0.99 }) }), text),
      [],
    )
    const types = { PER: null, LOC: 'TOWN', ORG: null }
    assert.deepEqual(await namesIn(aModelNer(models, { card: lexiconCard({ types }) }), text), [
      ['Grauheim', 'TOWN'],
    ])
  })

  it('counts names, requests, tokens and cost', async () => {
    const prices = [
      { model: 'recognise-lexicon', perGpuSecond: 0, per1000TokensIn: 0.5, per1000TokensOut: 0 },
    ]
    const ner = aModelNer(scriptedModels(lexiconScores), { prices })
    const { counts } = await ner.find(['Wilma Quux lived in Grauheim.'])
    assert.equal(counts?.['names'], 2)
    assert.equal(counts?.['modelRequests'], 1)
    assert.equal(counts?.['costNanos'], (counts!['modelTokens']! * 0.5 * 1e9) / 1000)
  })

  it('remembers nothing: what it reads is not redacted yet', async () => {
    const models = scriptedModels(lexiconScores)
    const ner = aModelNer(models, { pool: { rememberBytes: 1e6, rememberMs: 1e6 } })
    await ner.find(['Wilma Quux called.'])
    await ner.find(['Wilma Quux called.'])
    assert.equal(models.requests.length, 2)
  })
})

describe('a token classifier that does not answer as it should', () => {
  const find = (answer: Parameters<typeof scriptedModels>[0], text = 'Wilma Quux called.') =>
    aModelNer(scriptedModels(answer)).find([text])
  const isDown = (message: RegExp) => (error: unknown) =>
    error instanceof Fault && error.kind === 'dependency-down' && message.test(error.message)

  it('is waited for when it is away or not there', async () => {
    for (const kind of ['transient', 'dependency-down'] as const)
      await assert.rejects(
        find(() => {
          throw new Fault(kind, 'model-server', 'away')
        }),
        (error) => error instanceof Fault && error.kind === kind,
      )
  })

  it('is waited for, and said to be another, with other labels or another version', async () => {
    await assert.rejects(
      find(changedScores(({ labels }) => ({ labels: labels.slice(1) }))),
      isDown(/is not what its card says: it answers the labels B-PER/),
    )
    await assert.rejects(
      find((request) => ({ ...lexiconScores(request), modelVersion: '2' })),
      isDown(/version 2 answered/),
    )
    await assert.rejects(
      find(({ version }) => ({ kind: 'texts', modelVersion: version, texts: [] })),
      isDown(/it answers texts/),
    )
  })

  it('is waited for when it answers fewer tokens than it was asked about', async () => {
    const short = changedScores(({ labels, values, tokens }, { inputs }) => ({
      tokens: tokens - 1,
      values: values.slice(0, inputs.length * (tokens - 1) * labels.length),
    }))
    await assert.rejects(find(short), isDown(/tokens where \d+ were asked about/))
  })

  it('is held to be at fault when nothing of it is a number', async () => {
    const nothing = changedScores(({ values }) => ({ values: values.map(() => NaN) }))
    await assert.rejects(find(nothing), isDown(/held to be at fault/))
  })

  it('has no usable answer to a text that alone gives no numbers, or breaks it', async () => {
    const isLong = ({ inputs }: { inputs: readonly { ids?: Int32Array }[] }) =>
      inputs.some(({ ids }) => (ids?.length ?? 0) > 10)
    const text = 'Wilma Quux called Zebulon Fitzquarrel.'
    const broken = changedScores(({ values }, request) =>
      isLong(request) ? { values: values.map(() => Infinity) } : {},
    )
    const unusable = (message: string) => (error: unknown) =>
      error instanceof NerUnusable && error.message === message
    await assert.rejects(find(broken, text), unusable('a score is no number'))
    await assert.rejects(
      find((request) => {
        if (isLong(request)) throw new InferenceError('failed', `cannot read ${text}`)
        return lexiconScores(request)
      }, text),
      unusable('the model fails on a window of it'),
    )
  })
})
