import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { LlmOptions } from '../../../drivers/llm/options.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { InferenceError, Overloaded } from '../../../topology/ports/model-server.ts'
import type { ModelServer } from '../../../topology/ports/model-server.ts'
import { chatOf } from './chat-of.ts'
import { openLlm } from './open-llm.ts'
import { startScriptedLlm } from './scripted-llm.ts'
import type { Misfortune, ScriptedLlm } from './scripted-llm.ts'

/** Stands in the text, in what servers say, and in the key: it may stand in no error. */
const SECRET = 'Rosebud'

for (const stream of [false, true])
  describe(`the LLM driver, ${stream ? 'with answers in pieces' : 'with whole answers'},`, () => {
    let scripted: ScriptedLlm
    let server: ModelServer
    const open = (options: Partial<LlmOptions> = {}): ModelServer =>
      openLlm(scripted.url, { stream, timeoutMs: 600, idleMs: 200, key: SECRET, ...options })
    beforeEach(async () => {
      scripted = await startScriptedLlm()
      server = open()
    })
    afterEach(async () => {
      await server.close()
      await scripted.close()
    })

    const infer = (from = server) =>
      from.infer({
        model: 'summarise-llm',
        version: 'tiny-chat',
        inputs: [chatOf(`${SECRET} was the name of the sled.`)],
      })

    const errorOf = async (from = server): Promise<Error> => {
      try {
        await infer(from)
      } catch (error) {
        assert.ok(error instanceof Error)
        assert.doesNotMatch(error.message, new RegExp(SECRET))
        return error
      }
      return assert.fail('it was answered')
    }

    const meets = (misfortune: Misfortune, from = server): Promise<Error> => {
      scripted.misfortunes.push(misfortune)
      return errorOf(from)
    }

    const status = (code: number, headers?: Record<string, string>): Misfortune => ({
      kind: 'status',
      status: code,
      body: { error: { message: `no: ${SECRET}`, type: 'some_error', code: null } },
      ...(headers && { headers }),
    })

    const isFault = (error: unknown, kind: Fault['kind'], about: RegExp): void => {
      assert.ok(error instanceof Fault, String(error))
      assert.equal(error.kind, kind, error.message)
      assert.equal(error.dependency, 'model-server')
      assert.match(error.message, about)
    }

    const isInference = (error: unknown, reason: InferenceError['reason'], about: RegExp): void => {
      assert.ok(error instanceof InferenceError, String(error))
      assert.equal(error.reason, reason)
      assert.match(error.message, about)
    }

    it('takes 429, and 503 with a wish for a pause, for too much', async () => {
      const busy = await meets(status(429))
      assert.ok(busy instanceof Overloaded)
      isFault(busy, 'transient', /429 \(some_error\)/)
      const away = await meets(status(503, { 'retry-after': '0' }))
      assert.ok(away instanceof Overloaded)
    })

    /** A driver on a clock that stands still, and what lets it go on. */
    const timed = (options: Partial<LlmOptions> = {}) => {
      let now = 1_700_000_000_000
      const timers = new Map<object, { readonly at: number; readonly fire: () => void }>()
      const after = (ms: number, fire: () => void) => {
        const timer = {}
        timers.set(timer, { at: now + ms, fire })
        return () => void timers.delete(timer)
      }
      const pass = (ms: number): void => {
        now += ms
        for (const [timer, { at, fire }] of timers) if (at <= now && timers.delete(timer)) fire()
      }
      const driver = openLlm(scripted.url, { stream, ...options }, { now: () => now, after })
      return { driver, pass, in: (ms: number) => new Date(now + ms).toUTCString() }
    }

    it('leaves the server alone for as long as it asks, in seconds or until a date', async () => {
      const { driver, pass, in: at } = timed()
      for (const dated of [false, true]) {
        const after = dated ? at(7_000) : '7'
        scripted.misfortunes.push(status(429, { 'retry-after': after }))
        assert.ok((await errorOf(driver)) instanceof Overloaded)
        const { length } = scripted.seen
        const waiting = infer(driver)
        pass(5_000)
        await new Promise((resolve) => setImmediate(resolve))
        assert.equal(scripted.seen.length, length)
        pass(2_000)
        assert.equal((await waiting).kind, 'texts')
      }
      await driver.close()
    })

    it('never leaves it alone for longer than it waits for an answer', async () => {
      const { driver, pass } = timed({ timeoutMs: 60_000 })
      scripted.misfortunes.push(status(429, { 'retry-after': '86400' }))
      await errorOf(driver)
      const waiting = infer(driver)
      pass(60_000)
      assert.equal((await waiting).kind, 'texts')
      await driver.close()
    })

    it('can be stopped while it leaves the server alone', async () => {
      const { driver } = timed()
      scripted.misfortunes.push(status(503, { 'retry-after': '7' }))
      await errorOf(driver)
      const abort = new AbortController()
      const request = { model: 'summarise-llm', version: 'tiny-chat', inputs: [chatOf('a')] }
      const settled = assert.rejects(driver.infer(request, abort.signal), /enough/)
      abort.abort(new Error('enough'))
      await settled
      assert.equal(scripted.seen.length, 1)
      await driver.close()
    })

    it('takes what a proxy says, and a server that still loads, for something that passes', async () => {
      for (const code of [408, 502, 503, 504]) isFault(await meets(status(code)), 'transient', /./)
    })

    it('takes for something that stays: 401, 403, 404, and what is no answer of such a server', async () => {
      for (const code of [401, 403])
        isFault(await meets(status(code)), 'dependency-down', /check llm\.credentials/)
      isFault(await meets(status(404)), 'dependency-down', /check llm\.url and llm\.model/)
      isFault(await meets(status(302)), 'dependency-down', /check llm\.url/)
    })

    it('takes a wrong key, and an unknown model, for what they are', async () => {
      scripted.key = 'other'
      isFault(await errorOf(), 'dependency-down', /401 \(invalid_request_error, invalid_api_key\)/)
      await assert.rejects(server.models(), /401.*check llm\.credentials/)
      scripted.key = undefined
      scripted.models = ['another']
      isFault(await errorOf(), 'dependency-down', /404 \(NotFoundError, model_not_found\)/)
      assert.deepEqual(await server.models(), [
        { name: 'summarise-llm', version: 'another', task: 'summarise', input: 'chat' },
      ])
    })

    it('takes 400 for the fault of the text, and 500 for one of the two', async () => {
      isInference(await meets(status(400)), 'invalid', /400 \(some_error\)$/)
      const message = `This model's maximum context length is 4096 tokens: ${SECRET}`
      const body = { error: { message, type: 'BadRequestError', code: 400 } }
      isInference(
        await meets({ kind: 'status', status: 400, body }),
        'too-long',
        /it does not fit; lower llm\.inputTokens/,
      )
      isInference(await meets(status(500)), 'failed', /500/)
      isInference(
        await meets({ kind: 'status', status: 500, body: `<p>${SECRET}` }),
        'failed',
        /500$/,
      )
    })

    it('takes an error in an answer of 200 for what its code says, or for a failure', async () => {
      const of = (error: unknown): Misfortune => {
        const body = JSON.stringify({ error })
        return { kind: 'body', body: stream ? `data: ${body}\n\ndata: [DONE]\n\n` : body }
      }
      isInference(await meets(of({ message: SECRET, type: 'InternalError' })), 'failed', /200/)
      isInference(await meets(of({ message: SECRET, code: 400 })), 'invalid', /in an answer of 200/)
      assert.ok((await meets(of({ message: SECRET, code: 429 }))) instanceof Overloaded)
      isInference(await meets(of(SECRET)), 'failed', /200/)
    })

    it('takes a connection that breaks, and an answer that is cut off, for something that passes', async () => {
      isFault(await meets({ kind: 'reset' }), 'transient', /broke the connection/)
      isFault(await meets({ kind: 'truncated' }), 'transient', /broke the connection/)
      const early = stream ? /a stream that ended early/ : /not JSON/
      isFault(await meets({ kind: 'early-end' }), 'transient', early)
    })

    it('takes an answer that is none for something that passes', async () => {
      for (const body of [SECRET, '{"choices": []}', '[]', '', '{"a": '])
        isFault(await meets({ kind: 'body', body }), 'transient', /JSON|no chat completion/)
    })

    it('gives up an answer that does not come, and closes its request', async () => {
      isFault(await meets({ kind: 'hang' }), 'transient', /no answer within 600 ms/)
      while (!scripted.seen[0]?.aborted) await new Promise((resolve) => setImmediate(resolve))
    })

    it('gives up an answer that stops in the middle, sooner where it comes in pieces', async () => {
      const about = stream ? /no more of an answer for 200 ms/ : /no answer within 600 ms/
      isFault(await meets({ kind: 'stall' }), 'transient', about)
    })

    it('takes no answer that is larger than it may be', async () => {
      const small = open({ maxAnswerBytes: 100 })
      isFault(await errorOf(small), 'transient', /more than 100 bytes/)
      await small.close()
    })

    it('gives what a model answered as it is, and says when it was cut off at the limit of tokens', async () => {
      for (const finish of ['stop', 'length']) {
        const change = () => ({ content: ' {"summary": "The sled ', finish })
        scripted.misfortunes.push({ kind: 'answer', change })
        const response = await infer()
        assert.ok(response.kind === 'texts')
        const [{ text, truncated }] = response.texts as [(typeof response.texts)[number]]
        assert.deepEqual(
          { text, truncated },
          { text: '{"summary": "The sled', truncated: finish === 'length' },
        )
      }
    })

    it('takes a refusal, and a filter, for the fault of the text', async () => {
      const changes = [{ content: '', refusal: SECRET }, { finish: 'content_filter' }]
      for (const change of changes)
        isInference(
          await meets({ kind: 'answer', change: () => change }),
          'invalid',
          /refused to answer/,
        )
    })

    it('takes no answer of another model', async () => {
      const change = () => ({ model: 'tiny-chat-2' })
      isFault(await meets({ kind: 'answer', change }), 'dependency-down', /another model answered/)
    })

    it('says that nobody listens', async () => {
      await scripted.close()
      isFault(
        await errorOf(),
        'dependency-down',
        /cannot be reached \(ECONNREFUSED\);.* check llm\.url/,
      )
      await assert.rejects(server.models(), /ECONNREFUSED/)
    })

    it('goes on after every one of them', async () => {
      scripted.misfortunes.push({ kind: 'reset' }, status(400), status(500), { kind: 'early-end' })
      for (let i = 0; i < 4; i++) await errorOf()
      assert.equal((await infer()).kind, 'texts')
    })
  })
