import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { parseModelCard } from '../../gpu-runners/models/model-card.ts'
import { aConfigInput, loaded } from '../config/a-config-input.ts'
import { repository } from '../scripts/repository.ts'

const folder = join(repository, 'deploy/llm')
const read = (...path: readonly string[]): string => readFileSync(join(folder, ...path), 'utf8')

/** Room for what a request says around the text of the document. */
const PROMPT_TOKENS = 1_500

/** What each server reads at once, in tokens, and how many requests it works on. */
const limitsOf: Readonly<Record<string, () => { tokens: number; requests: number; name: string }>> =
  {
    vllm: () => {
      const model = 'summary-writer'
      const { max_model_len, max_num_seqs } = JSON.parse(
        read('vllm/repository', model, '1/model.json'),
      ) as { max_model_len: number; max_num_seqs: number }
      return { tokens: max_model_len, requests: max_num_seqs, name: model }
    },
    'tensorrt-llm': () => {
      const command = read('README.md')
      const option = (name: string): string =>
        new RegExp(`--${name} ([\\w-]+)`).exec(command)?.[1] ?? ''
      return {
        tokens: Number(option('max_seq_len')),
        requests: Number(option('max_batch_size')),
        name: option('served_model_name'),
      }
    },
  }

describe('the templates of language models', () => {
  it('are those that the test knows', () => {
    const found = readdirSync(folder, { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    )
    assert.deepEqual(found.map(({ name }) => name).sort(), Object.keys(limitsOf).sort())
  })

  for (const [name, limits] of Object.entries(limitsOf))
    it(`ask ${name} for no more than it does at once, under the name of its card`, () => {
      const server = limits()
      const card = parseModelCard(read(name, 'card.yaml'))
      const { llm } = loaded(aConfigInput(read(name, 'profile.yaml'))).config
      assert.ok(llm && card.task === 'summarise' && card.input === 'chat')
      assert.deepEqual([llm.model, card.name], [server.name, server.name])
      assert.equal(card.maxTokens, server.tokens)
      assert.equal(llm.maxTokens, card.maxSummaryTokens)
      assert.ok(llm.inputTokens + llm.maxTokens + PROMPT_TOKENS <= server.tokens)
      assert.ok(llm.concurrency <= server.requests)
    })
})
