// npm run test:llama: the driver of large language models on a real llama-server, whose model has random weights.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'mocha'
import { createEmbeddedModelServer } from '../../../drivers/embedded/model-server/embedded-model-server.ts'
import type { LlmOptions } from '../../../drivers/llm/options.ts'
import { withModelApart } from '../../../cli/model-apart.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { InferenceError } from '../../../topology/ports/model-server.ts'
import type { GeneratedText, ModelServer } from '../../../topology/ports/model-server.ts'
import { describeModelServer } from '../../contracts/model-server.contract.ts'
import { chatOf } from '../../drivers/llm/chat-of.ts'
import { openLlm } from '../../drivers/llm/open-llm.ts'
import { llamaModelName, startLlama } from '../../services/llama.ts'
import { llama } from '../../services/services.ts'

const ways: readonly (readonly [string, Partial<LlmOptions>])[] = [
  ['whole answers', {}],
  ['answers in pieces', { stream: true }],
  ['answers without a schema', { output: 'prompt' }],
]

const open = (url: string, options: Partial<LlmOptions> = {}): ModelServer =>
  openLlm(url, { model: llamaModelName, ...options })

before(async function () {
  // Built where the cache does not have it.
  this.timeout(3_600_000)
  await llama()
})

for (const [way, options] of ways)
  describeModelServer(
    `summaries by the LLM driver on a real llama-server, ${way}, and all else embedded,`,
    {
      embed: { name: 'embed-hash', version: '1', dimensions: 384 },
      classify: {
        name: 'classify-toxicity',
        version: '1',
        labels: ['toxic', 'insult', 'threat', 'obscene'],
      },
      summarise: { name: 'summarise-llm', version: llamaModelName, inputOf: chatOf },
    },
    async () => {
      const summaries = open((await llama()).address, options)
      return withModelApart('summarise-llm', {
        apart: summaries,
        others: createEmbeddedModelServer(),
      })
    },
  )

for (const stream of [false, true])
  describe(`a real llama-server, ${stream ? 'with answers in pieces' : 'with whole answers'},`, () => {
    const opened: ModelServer[] = []
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((each) => each.close()))
    })

    const driver = async (options: Partial<LlmOptions> = {}, url?: string) => {
      const server = open(url ?? (await llama()).address, { stream, ...options })
      opened.push(server)
      return server
    }

    const ask = async (
      server: ModelServer,
      text: string,
      maxTokens: number,
      signal?: AbortSignal,
    ): Promise<GeneratedText> => {
      const inputs = [chatOf(text)]
      const request = { model: 'summarise-llm', version: llamaModelName, inputs, maxTokens }
      const response = await server.infer(request, signal)
      assert.ok(response.kind === 'texts')
      return response.texts[0]!
    }

    const failure = async (work: Promise<unknown>): Promise<Fault | InferenceError> => {
      const error = await work.then(
        () => assert.fail('it was answered'),
        (reason: unknown) => reason,
      )
      assert.ok(error instanceof Fault || error instanceof InferenceError, String(error))
      return error
    }

    /** Chats that the server computes now. */
    const underWay = async (url: string): Promise<number> => {
      const slots = (await (await fetch(new URL('/slots', url))).json()) as {
        readonly is_processing: boolean
      }[]
      return slots.filter((slot) => slot.is_processing).length
    }

    /** The server looks whether a client is still there when nobody asked it anything for a second: so it is asked seldom. */
    const lookEveryMs = 1_500

    const until = async (url: string, wanted: (count: number) => boolean): Promise<void> => {
      while (!wanted(await underWay(url)))
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }

    it('holds a model that knows nothing to the schema, to the end of the answer', async () => {
      const { text, truncated } = await ask(await driver(), 'The budget was approved.', 2_000)
      assert.equal(truncated, false)
      const answer = JSON.parse(text) as object
      assert.deepEqual(Object.keys(answer), ['summary', 'citations', 'points'])
    })

    it('says that an answer was cut off, and gives what there is of it', async () => {
      const { text, truncated, tokensOut } = await ask(await driver(), 'Lunch at noon.', 5)
      assert.equal(truncated, true)
      assert.equal(tokensOut, 5)
      assert.match(text, /^\{/)
    })

    it('counts what it read and wrote', async () => {
      const server = await driver()
      const short = await ask(server, 'abc', 8)
      const long = await ask(server, `abc${'d'.repeat(100)}`, 8)
      // Its tokens are bytes.
      assert.equal(long.tokensIn - short.tokensIn, 100)
      assert.equal(long.tokensOut, 8)
    })

    it('answers the same to the same', async () => {
      const first = await ask(await driver(), 'Where is the manual?', 60)
      const again = await ask(await driver(), 'Where is the manual?', 60)
      assert.equal(again.text, first.text)
    })

    it('says that a text is too long for it', async () => {
      const error = await failure(ask(await driver(), 'word '.repeat(8_000), 8))
      assert.ok(error instanceof InferenceError)
      assert.equal(error.reason, 'too-long')
    })

    it('computes no further for nobody, after a time-out and after an abort', async () => {
      const { address } = await llama()
      const hasty = await driver({ timeoutMs: 300, output: 'prompt' })
      const late = await failure(ask(hasty, 'x'.repeat(4_000), 12_000))
      assert.match(late.message, /no answer within 300 ms/)
      await until(address, (count) => count === 0)

      const abort = new AbortController()
      const waiting = ask(
        await driver({ output: 'prompt' }),
        'y'.repeat(4_000),
        12_000,
        abort.signal,
      )
      const settled = assert.rejects(waiting, /enough/)
      await until(address, (count) => count > 0)
      abort.abort(new Error('enough'))
      await settled
      await until(address, (count) => count === 0)
    })

    it('answers whatever model is asked for in the name of its own, which is not taken', async () => {
      const error = await failure(
        (await driver({ model: 'another' })).infer({
          model: 'summarise-llm',
          version: 'another',
          inputs: [chatOf('a')],
        }),
      )
      assert.ok(error instanceof Fault)
      assert.equal(error.kind, 'dependency-down')
    })

    it('names its model', async () => {
      assert.deepEqual(await (await driver()).models(), [
        { name: 'summarise-llm', version: llamaModelName, task: 'summarise', input: 'chat' },
      ])
    })
  })

describe('a llama-server of its own', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-streams-llama-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  const request = { model: 'summarise-llm', version: llamaModelName, inputs: [chatOf('a')] }
  const isFault = (kind: Fault['kind'], about: RegExp) => (error: unknown) => {
    assert.ok(error instanceof Fault, String(error))
    assert.equal(error.kind, kind, error.message)
    assert.match(error.message, about)
    return true
  }

  it('wants its key, and after it is killed in the middle of an answer nobody is there', async () => {
    const server = await startLlama(join(folder, 'own'), 'parent', { key: 'secret' })
    try {
      const stranger = open(server.url, { key: 'wrong' })
      await assert.rejects(stranger.infer(request), isFault('dependency-down', /401.*credentials/))
      await stranger.close()
      const driver = open(server.url, { key: 'secret', output: 'prompt', stream: true })
      assert.equal((await driver.infer(request)).kind, 'texts')
      const waiting = driver.infer({ ...request, maxTokens: 12_000 })
      const settled = assert.rejects(waiting, isFault('transient', /broke the connection/))
      await new Promise((resolve) => setTimeout(resolve, 200))
      await server.kill()
      await settled
      await assert.rejects(driver.infer(request), isFault('dependency-down', /ECONNREFUSED/))
      await driver.close()
    } finally {
      await server.stop()
    }
  })
})
