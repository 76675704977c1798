import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { parseModelCard } from '../../gpu-runners/models/model-card.ts'
import type { ModelCard } from '../../gpu-runners/models/model-card.ts'
import { modelNames } from '../../gpu-runners/models/model-names.ts'
import { readAnyCard } from '../../gpu-runners/models/read-model-card.ts'
import { loadTokenizer } from '../../processors/tokenise/load-tokenizer.ts'
import { createTokeniser } from '../../processors/tokenise/tokeniser.ts'
import { repository } from '../scripts/repository.ts'

const folder = join(repository, 'deploy/triton')
const configOf = (path: string): string => readFileSync(join(folder, path, 'config.pbtxt'), 'utf8')

const parameter = (config: string, name: string): string | undefined =>
  new RegExp(`key: "${name}"\\s*value \\{ string_value: "([^"]*)" \\}`).exec(config)?.[1]

const block = (config: string, kind: string, name: string): string | undefined =>
  new RegExp(`${kind} \\[[^\\]]*?name: "${name}"[\\s\\S]*?dims: \\[ (-?\\d+) \\]`).exec(config)?.[1]

const fits = (config: string, card: ModelCard): void => {
  assert.match(config, new RegExp(`^name: "${card.name}"$`, 'm'))
  assert.match(config, new RegExp(`versions: \\[ ${card.version} \\]`))
  assert.equal(parameter(config, 'task'), card.task)
  const most = Number(/^max_batch_size: (\d+)$/m.exec(config)?.[1])
  assert.ok(most >= card.batching.maxBatchItems, `${most} items`)
  assert.match(config, new RegExp(`name: "${card.input === 'text' ? 'text' : 'input_ids'}"`))
  if (card.task === 'embed')
    assert.equal(block(config, 'output', 'embedding'), String(card.dimensions))
  if (card.task === 'classify') {
    assert.equal(parameter(config, 'labels'), card.labels.map(({ label }) => label).join(' '))
    assert.equal(block(config, 'output', 'scores'), String(card.labels.length))
  }
  if (card.task === 'recognise') {
    assert.equal(parameter(config, 'labels'), card.labels.join(' '))
    assert.match(
      config,
      new RegExp(`name: "logits"[\\s\\S]*?dims: \\[ -1, ${card.labels.length} \\]`),
    )
  }
  // Queues refuse rather than grow, and heed the time-outs of requests.
  assert.match(config, /max_queue_size: \d+/)
  assert.match(config, /default_timeout_microseconds: [1-9]\d*\s*allow_timeout_override: true/)
}

describe('the model repository of Triton', () => {
  it('has every model of the package, and nothing else', () => {
    assert.deepEqual(readdirSync(join(folder, 'models')).sort(), [...modelNames()].sort())
  })

  for (const name of modelNames())
    it(`has ${name} as its card says`, () => {
      fits(configOf(join('models', name)), readAnyCard(name))
      assert.ok(existsSync(join(folder, 'models', name, readAnyCard(name).version, 'model.py')))
    })

  it('has a test model that finds names as its card says, with ids of the tokenizer of the package', () => {
    const place = join('test-models', 'recognise-lexicon')
    const card = parseModelCard(readFileSync(join(folder, place, 'card.yaml'), 'utf8'))
    fits(configOf(place), card)
    const names = JSON.parse(readFileSync(join(folder, place, '1', 'names.json'), 'utf8')) as {
      readonly tokenizerSha256: string
    }
    assert.equal(card.tokenizerSha256, names.tokenizerSha256)
    assert.equal(createTokeniser(loadTokenizer()).sha256, names.tokenizerSha256)
  })

  for (const name of readdirSync(join(folder, 'templates')))
    it(`has a template ${name} whose card and configuration fit`, () => {
      const card = readFileSync(join(folder, 'templates', name, 'card.yaml'), 'utf8')
      fits(configOf(join('templates', name)), parseModelCard(card))
    })
})
