import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { createEmbeddedModelServer } from '../../../drivers/embedded/model-server/embedded-model-server.ts'
import type { LlmOptions } from '../../../drivers/llm/options.ts'
import { withModelApart } from '../../../cli/model-apart.ts'
import type { ModelServer } from '../../../topology/ports/model-server.ts'
import { describeModelServer } from '../../contracts/model-server.contract.ts'
import { ANSWER_SCHEMA } from '../../../gpu-runners/prompts/answer.ts'
import { chatOf } from './chat-of.ts'
import { openLlm } from './open-llm.ts'
import { startScriptedLlm } from './scripted-llm.ts'
import type { ScriptedLlm } from './scripted-llm.ts'

const ways: readonly (readonly [string, Partial<LlmOptions>])[] = [
  ['whole answers', {}],
  ['answers in pieces', { stream: true }],
  ['answers without a schema', { output: 'prompt' }],
]

for (const [way, options] of ways)
  describeModelServer(
    `summaries by the LLM driver on the scripted server, ${way}, and all else embedded,`,
    {
      embed: { name: 'embed-hash', version: '1', dimensions: 384 },
      classify: {
        name: 'classify-toxicity',
        version: '1',
        labels: ['toxic', 'insult', 'threat', 'obscene'],
      },
      summarise: { name: 'summarise-llm', version: 'tiny-chat', inputOf: chatOf },
    },
    async () => {
      const scripted = await startScriptedLlm()
      const summaries = openLlm(scripted.url, options)
      const others = createEmbeddedModelServer()
      const server = withModelApart('summarise-llm', { apart: summaries, others })
      return {
        ...server,
        close: async () => {
          await server.close()
          await scripted.close()
        },
      }
    },
  )

describe('what the LLM driver sends', () => {
  let scripted: ScriptedLlm
  let server: ModelServer
  beforeEach(async () => {
    scripted = await startScriptedLlm()
    server = openLlm(scripted.url, { key: 'abc', seed: 7 })
  })
  afterEach(async () => {
    await server.close()
    await scripted.close()
  })

  const ask = async (text: string, more = {}, from = server) => {
    const inputs = [chatOf(text)]
    const request = { model: 'summarise-llm', version: 'tiny-chat', inputs, ...more }
    const response = await from.infer(request)
    assert.ok(response.kind === 'texts')
    return response.texts[0]!
  }

  it('is greedy, seeded, held to the JSON schema and to the tokens that were asked for', async () => {
    await ask('The budget was approved.', { maxTokens: 99 })
    const { chat, headers } = scripted.seen[0]!
    assert.equal(headers.authorization, 'Bearer abc')
    assert.equal(chat.temperature, 0)
    assert.equal(chat.seed, 7)
    assert.equal(chat.max_tokens, 99)
    assert.equal(chat.stream, undefined)
    assert.deepEqual(chat.response_format?.json_schema.schema, ANSWER_SCHEMA)
  })

  it('leaves room for another answer at a second attempt, the same at each', async () => {
    await ask('The budget was approved.', { attempt: 2 })
    await ask('The budget was approved.', { attempt: 2 })
    for (const { chat } of scripted.seen) {
      assert.equal(chat.seed, 8)
      assert.equal(chat.temperature, 0.3)
    }
  })

  it('holds no key where there is none, and no schema where the server knows none', async () => {
    const plain = openLlm(scripted.url, { output: 'prompt' })
    await ask('The budget was approved.', {}, plain)
    const { chat, headers } = scripted.seen[0]!
    assert.equal(headers.authorization, undefined)
    assert.equal(chat.response_format, undefined)
    await plain.close()
  })

  it('passes the trace on', async () => {
    const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`
    await ask('The budget was approved.', { traceparent })
    assert.equal(scripted.seen[0]?.headers['traceparent'], traceparent)
  })

  it('is at most so many requests at once', async () => {
    const narrow = openLlm(scripted.url, { connections: 2 })
    scripted.trouble = () => ({ kind: 'hang' })
    const abort = new AbortController()
    const inputs = Array.from({ length: 6 }, () => chatOf('a'))
    const waiting = narrow.infer(
      { model: 'summarise-llm', version: 'tiny-chat', inputs },
      abort.signal,
    )
    const settled = assert.rejects(waiting, /enough/)
    while (scripted.seen.length < 2) await new Promise((resolve) => setImmediate(resolve))
    abort.abort(new Error('enough'))
    await settled
    assert.equal(scripted.seen.length, 2)
    await narrow.close()
  })

  it('is closed when it is aborted, so that the server can stop', async () => {
    for (const kind of ['hang', 'stall'] as const) {
      scripted.seen.length = 0
      scripted.misfortunes.push({ kind })
      const abort = new AbortController()
      const request = { model: 'summarise-llm', version: 'tiny-chat', inputs: [chatOf('a')] }
      const settled = assert.rejects(server.infer(request, abort.signal), /enough/)
      while (scripted.seen.length === 0) await new Promise((resolve) => setImmediate(resolve))
      abort.abort(new Error('enough'))
      await settled
      while (!scripted.seen[0]?.aborted) await new Promise((resolve) => setImmediate(resolve))
    }
  })

  it('counts the tokens that the server counted, and none where it counts none', async () => {
    for (const stream of [false, true]) {
      const either = openLlm(scripted.url, { stream })
      const { tokensIn, tokensOut } = await ask('one two three', {}, either)
      assert.deepEqual({ tokensIn, tokensOut }, { tokensIn: 53, tokensOut: 3 })
      scripted.misfortunes.push({ kind: 'answer', change: () => ({ usage: null }) })
      assert.equal((await ask('one two three', {}, either)).tokensIn, 0)
      await either.close()
    }
  })
})
