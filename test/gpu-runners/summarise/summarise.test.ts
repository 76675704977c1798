import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createSummariseStage } from '../../../gpu-runners/summarise/index.ts'
import { summarisableText } from '../../../gpu-runners/summarise/summarisable-text.ts'
import { cutToBytes } from '../../../gpu-runners/summarise/summary.ts'
import { asUri } from '../../../schemas/brands.ts'
import { summaryCodec } from '../../../schemas/generated/codecs.ts'
import type { Summary } from '../../../schemas/generated/types.ts'
import { Rejected } from '../../../topology/model/failure.ts'
import { InferenceError } from '../../../topology/ports/model-server.ts'
import type { InferenceRequest, InferenceResponse } from '../../../topology/ports/model-server.ts'
import { inMemoryObjectStore } from '../../builders/in-memory-object-store.ts'
import { aStageContext } from '../../builders/test-ports.ts'
import { aDocument, aSpan, aStoredDocument } from '../a-prepared-text.ts'
import { aSummariseCard } from '../cards.ts'
import { immediateClock } from '../immediate-clock.ts'
import { scriptedModels } from '../scripted-models.ts'

function firstWords({ version, inputs }: InferenceRequest): InferenceResponse {
  const texts = inputs.map(({ text = '' }) => {
    if (text === 'poison') throw new InferenceError('failed', 'boom')
    return { text: text.slice(0, 9_000), tokensIn: 20, tokensOut: 4, truncated: false }
  })
  return { kind: 'texts', modelVersion: version, texts }
}

function aStage() {
  const objects = inMemoryObjectStore()
  const models = scriptedModels(firstWords)
  const { run } = createSummariseStage({ card: aSummariseCard() })
  return {
    objects,
    models,
    run,
    context: aStageContext({ objects, models, clock: immediateClock() }),
  }
}

describe('the summarise stage', () => {
  it('forwards the summary with model, version and tokens', async () => {
    const { objects, models, run, context } = aStage()
    const event = await aStoredDocument(objects, 'The budget was approved.')
    const outcome = await run(event, context)
    assert.ok(outcome.kind === 'forward')
    const [summary] = outcome.values
    assert.ok(summary)
    assert.deepEqual(
      [summary.status, summary.text, summary.tokensIn, summary.tokensOut, summary.sentAt],
      ['OK', 'The budget was approved.', 20, 4, 5],
    )
    assert.deepEqual([summary.producedBy.model, summary.producedBy.modelVersion], ['brief', '7'])
    assert.equal(summary.preparedUri, event.uri)
    assert.equal(models.requests[0]?.maxTokens, 50)
    summaryCodec.encode(summary)
  })

  it('computes documents with the same text once', async () => {
    const { objects, models, run, context } = aStage()
    const event = await aStoredDocument(objects, 'A notice to all staff.')
    const outcomes = await Promise.all([run(event, context), run(event, context)])
    const summaries = outcomes.map((outcome) => {
      assert.ok(outcome.kind === 'forward')
      return outcome.values[0] as Summary
    })
    assert.equal(summaries[0]?.text, summaries[1]?.text)
    assert.deepEqual(
      summaries.map(({ usage }) => [usage?.requests, usage?.items, usage?.cachedItems]),
      [
        [1, 1, 0],
        [0, 0, 1],
      ],
    )
    assert.deepEqual(
      models.requests.map(({ inputs }) => inputs.length),
      [1],
    )
  })

  it('asks no model about a document without text', async () => {
    const { objects, models, run, context } = aStage()
    const outcome = await run(await aStoredDocument(objects, ' \n '), context)
    assert.ok(outcome.kind === 'forward')
    assert.equal(outcome.values[0]?.status, 'EMPTY')
    assert.equal(models.requests.length, 0)
  })

  it('cuts a summary to the limit of the schema and says so', async () => {
    const { objects, run, context } = aStage()
    const outcome = await run(await aStoredDocument(objects, 'ä'.repeat(9_000)), context)
    assert.ok(outcome.kind === 'forward')
    const [summary] = outcome.values
    assert.equal(summary?.status, 'TRUNCATED')
    assert.equal(Buffer.byteLength(summary?.text ?? ''), 8192)
  })

  it('dead-letters a document that breaks the model', async () => {
    const { objects, run, context } = aStage()
    const outcome = await run(await aStoredDocument(objects, 'poison'), context)
    assert.ok(outcome.kind === 'dead-letter')
    assert.deepEqual(
      [outcome.failure.disposition, outcome.failure.code],
      ['POISON', 'model-failed-on-item'],
    )
  })

  it('asks once more about an answer that cannot be used, then dead-letters the document', async () => {
    const objects = inMemoryObjectStore()
    const about = (times: number) => {
      let left = times
      const models = scriptedModels((request) => {
        if (request.inputs[0]?.text === 'odd' && left-- > 0)
          throw new InferenceError('failed', 'the answer is not as its schema says')
        return firstWords(request)
      })
      const context = aStageContext({ objects, models, clock: immediateClock() })
      return { models, context, ...createSummariseStage({ card: aSummariseCard() }) }
    }
    const event = await aStoredDocument(objects, 'odd')
    const once = about(1)
    assert.equal((await once.run(event, once.context)).kind, 'forward')
    const always = about(Infinity)
    const outcome = await always.run(event, always.context)
    assert.ok(outcome.kind === 'dead-letter')
    assert.equal(outcome.failure.code, 'model-failed-on-item')
    const asked = always.models.requests.filter(({ inputs }) => inputs[0]?.text === 'odd')
    assert.equal(asked.length, 2)
  })

  it('is another stage with another model', () => {
    const { settings } = createSummariseStage({ card: aSummariseCard() })
    assert.deepEqual(settings, { model: 'brief@7', maxTokens: 50 })
  })

  it('passes an erasure on without summary', async () => {
    const { run, context } = aStage()
    const outcome = await run(aDocument({ operation: 'ERASE', revision: 2n }), context)
    assert.ok(outcome.kind === 'forward')
    const [summary] = outcome.values
    assert.ok(summary)
    assert.deepEqual([summary.operation, summary.summaryUri, summary.text], ['ERASE', null, ''])
    summaryCodec.encode(summary)
  })

  it('rejects a text that is gone', async () => {
    const { run, context } = aStage()
    await assert.rejects(
      run(aDocument({ uri: asUri('memory:///gone') }), context),
      (error) => error instanceof Rejected && error.failure.code === 'prepared-text-missing',
    )
  })
})

describe('what of a document is summarised', () => {
  const text = 'From: x\nNew matter.\n> old matter\n> more\nAlso this.\n-- \nKim'

  it('leaves headers, quotes and signatures out, nested ones included', () => {
    const spans = [
      aSpan('HEADER', 0, 7),
      aSpan('BODY', 8, text.length),
      aSpan('QUOTE', 20, 39),
      aSpan('QUOTE', 33, 39),
      aSpan('SIGNATURE', 51, text.length),
    ]
    assert.equal(summarisableText({ text, spans }), 'New matter.\n\n\n\nAlso this.')
  })

  it('takes the whole text when there is nothing else', () => {
    assert.equal(
      summarisableText({ text: '> only a quote', spans: [aSpan('QUOTE', 0, 14)] }),
      '> only a quote',
    )
  })
})

describe('cutting a text to bytes', () => {
  it('never cuts a character', () => {
    assert.equal(cutToBytes('a😀b', 4), 'a')
    assert.equal(cutToBytes('a😀b', 5), 'a😀')
    assert.equal(cutToBytes('abc', 100), 'abc')
  })
})
