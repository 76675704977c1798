import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { z } from 'zod'
import { CommandError } from '../../cli/exit-codes.ts'
import { loadOrFail } from '../../cli/load-config.ts'
import { openCheckedModels, usedCardsOf } from '../../cli/open-models.ts'
import { pipelineOptionsOf } from '../../cli/pipeline-options.ts'
import { summaryPromptsHash } from '../../gpu-runners/prompts/summary-prompts.ts'
import { createPipeline, type PipelineOptions } from '../../topology/pipeline.ts'
import { startScriptedLlm } from '../drivers/llm/scripted-llm.ts'
import type { ScriptedLlm } from '../drivers/llm/scripted-llm.ts'
import { linesOf, runProgram } from './run-program.ts'

const key = 'ARCHIVE_STREAMS_LLM__CREDENTIALS__KEY'

describe('with summaries by a large language model', () => {
  let scripted: ScriptedLlm
  beforeEach(async () => {
    scripted = await startScriptedLlm()
  })
  afterEach(async () => {
    delete process.env[key]
    await scripted.close()
  })

  const flags = () => ['drivers.summaries=llm', `llm.url=${scripted.url}`, 'llm.model=tiny-chat']
  const onLlm = (...args: readonly string[]) =>
    runProgram([...args, ...flags().flatMap((each) => ['--set', each])])
  const config = (more: readonly string[] = []) =>
    loadOrFail(
      'embedded',
      [...flags(), ...more].map((each) => {
        const [path = '', value = ''] = each.split('=')
        return { flag: '--set', path, value }
      }),
    )

  it('models ls shows what the server has beside what is embedded', async () => {
    scripted.models = ['tiny-chat', 'large-chat']
    const { code, out } = await onLlm('models', 'ls')
    assert.equal(code, 0)
    assert.match(out, /embed-hash@1 {2}embed, 384 dimensions; as on its card/)
    assert.match(out, /summarise-llm@tiny-chat {2}summarise, reads chat; as on its card/)
    assert.match(out, /summarise-llm@large-chat .*card wants version tiny-chat/)
  })

  it('models check says that the server has what is used, and what it has instead', async () => {
    const right = await onLlm('models', 'check')
    assert.equal(right.code, 0, right.err)
    assert.match(right.out, /summarise-llm@tiny-chat/)
    scripted.models = ['large-chat']
    const wrong = await onLlm('models', 'check')
    assert.equal(wrong.code, 1)
    assert.match(
      wrong.out,
      /summarise-llm: the card wants version tiny-chat, the server has large-chat/,
    )
  })

  it('models check shows the key, which is never said', async () => {
    scripted.key = 'very-secret'
    const refused = await onLlm('models', 'check')
    assert.equal(refused.code, 69)
    assert.match(refused.err, /401.*check llm\.credentials/)
    process.env[key] = 'very-secret'
    const let_in = await onLlm('models', 'check')
    assert.equal(let_in.code, 0, let_in.err)
    const printed = await onLlm('config', 'print')
    assert.doesNotMatch(refused.err + let_in.out + printed.out, /very-secret/)
    assert.match(printed.out, /llm\.credentials\.key/)
  })

  it('a start is refused while the server is away, or has another model', async () => {
    await (await openCheckedModels(config())).close()
    const isRefused = (about: RegExp) => (error: unknown) =>
      error instanceof CommandError && error.exitCode === 69 && about.test(error.message)
    scripted.models = ['large-chat']
    await assert.rejects(openCheckedModels(config()), isRefused(/the server has large-chat/))
    await scripted.close()
    await assert.rejects(openCheckedModels(config()), isRefused(/ECONNREFUSED/))
  })

  it('try shows the summary, and by which model', async () => {
    const line = '{"id": 1, "text": "The budget was approved on Monday."}\n'
    const set = flags().flatMap((each) => ['--set', each])
    const said = await runProgram(['try', 'summarise', ...set], line)
    assert.equal(said.code, 0, said.err)
    const [result] = linesOf(said)
    assert.match(JSON.stringify(result), /The budget was approved on Monday\./)
    assert.match(JSON.stringify(result), /summarise-llm@tiny-chat/)
    const { citations } = z.object({ citations: z.unknown() }).parse(result)
    assert.deepEqual(citations, [{ chunk: 0, start: 0, end: 34 }])
  })

  const settingsOf = (options: PipelineOptions) => {
    const part = createPipeline(options).subTopologies.find(({ name }) => name === 'summarise')
    const node = part?.nodes.find(({ name }) => name === 'summarise')
    return node?.kind === 'stage' ? node.stage.settings : undefined
  }

  it('results differ by model, prompts and limits, and a document may take as long as its turn does', () => {
    const options = pipelineOptionsOf(config())
    const { summarise, identity } = options
    assert.deepEqual(settingsOf(options), {
      model: 'summarise-llm@tiny-chat',
      maxTokens: 512,
      promptHash: summaryPromptsHash,
      inputTokens: 6_000,
      maxRequests: 32,
    })
    assert.deepEqual([summarise.concurrency, summarise.timeoutMs], [16, 960_000])
    const embedded = pipelineOptionsOf(loadOrFail('embedded', []))
    assert.deepEqual(settingsOf(embedded), { model: 'summarise-coverage@1', maxTokens: 120 })
    assert.notEqual(identity.configHash, embedded.identity.configHash)
  })

  it('a fallback is what the configuration names, and its model is looked at, too', async () => {
    const model = ['llm.fallback=extractive', 'models.summarise=summarise-coverage']
    const options = pipelineOptionsOf(config(model))
    assert.equal(settingsOf(options)?.['fallback'], 'summarise-coverage@1')
    const names = usedCardsOf(config(model)).map(({ name }) => name)
    assert.deepEqual(names.slice(-2), ['summarise-llm', 'summarise-coverage'])
    assert.ok(!usedCardsOf(config()).some(({ name }) => name === 'summarise-coverage'))
  })
})
