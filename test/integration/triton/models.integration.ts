import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'mocha'
import { createModelComputer } from '../../../drivers/embedded/model-server/compute.ts'
import { repository } from '../../scripts/repository.ts'
import { triton } from '../../services/services.ts'

/** Every unit that is no surrogate, in lines of 512, and what word scanners get wrong. */
const everyUnit = Array.from({ length: 128 }, (_, line) =>
  Array.from({ length: 512 }, (__, i) => line * 512 + i)
    .filter((unit) => unit < 0xd800 || unit > 0xdfff)
    .map((unit) => String.fromCharCode(unit))
    .join(line % 2 === 0 ? '' : ' x'),
).filter((line) => line !== '')

const texts = [
  '',
  ' ',
  '!!! ??? ...',
  'The budget was approved. Mr. Smith, e.g., is not happy; he never was! "Really?" Yes.',
  'Ich bin nicht zufrieden.\nÜber Größe und Straße.\n\nÉtait-ce déjà l’été? Naïve café.',
  'ΣΊΣΥΦΟΣ ὈΔΥΣΣΕΎΣ Ελλάς ١٢٣ привет МИР',
  '東京都。本日は晴天なり。日本語の文章です！',
  '👩‍👩‍👧 emoji 😀😀 joined\u200bwords soft\u00adhyphen ﬁ ＦＵＬＬ width',
  `${'long'.repeat(300)} ${'word '.repeat(200)}`,
  'お客様は配送が遅いと言いました'.repeat(40),
  `The order is late.\n\n東京 ${'お客様は配送が遅いと言いました'.repeat(40)}`,
  'a😀'.repeat(400),
  Array.from({ length: 400 }, (_, i) => `word${i}`).join(' '),
  'WIN $1000 NOW!!! Click http://example.com and https://example.org £5 €6',
  'Keep this off the record and delete it. Let us move to a private chat, you idiot.',
  ...everyUnit,
  ...readdirSync(join(repository, 'examples/archive'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(eml|txt|html|csv|json|vtt)$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').slice(0, 40_000)),
]

interface Answer {
  readonly outputs: readonly { readonly name: string; readonly data: readonly unknown[] }[]
}

/** By JSON, so that nothing of the driver is in between. */
const ask = async (url: string, model: string): Promise<Answer> => {
  const answers: Answer[] = []
  for (let at = 0; at < texts.length; at += 32) {
    const data = texts.slice(at, at + 32)
    const input = { name: 'text', datatype: 'BYTES', shape: [data.length, 1], data }
    const response = await fetch(`${url}/v2/models/${model}/versions/1/infer`, {
      method: 'POST',
      body: JSON.stringify({ inputs: [input] }),
    })
    assert.equal(response.status, 200, await response.clone().text())
    answers.push((await response.json()) as Answer)
  }
  const outputs = (answers[0]?.outputs ?? []).map(({ name }, i) => ({
    name,
    data: answers.flatMap((answer) => answer.outputs[i]?.data ?? []),
  }))
  return { outputs }
}

describe('the models of deploy/triton on a real Triton', () => {
  const computer = createModelComputer()
  const inputs = texts.map((text) => ({ text }))
  let url: string
  before(async () => {
    url = (await triton()).address
  })

  const embedded = (model: string) => {
    const computed = computer.compute({ model, version: '1', inputs })
    assert.ok(computed.kind === 'answer')
    return computed.response
  }

  it('embed-hash gives the vectors of the embedded model, to the last bit', async () => {
    const { outputs } = await ask(url, 'embed-hash')
    const ours = embedded('embed-hash')
    assert.ok(ours.kind === 'vectors')
    const theirs = Float32Array.from(outputs[0]?.data as number[])
    assert.equal(theirs.length, ours.values.length)
    const different = texts.filter((_, row) => {
      const [from, to] = [row * 384, (row + 1) * 384]
      return theirs.subarray(from, to).some((v, i) => v !== ours.values[from + i])
    })
    assert.deepEqual(different, [])
  })

  for (const model of ['spam', 'sentiment', 'toxicity', 'compliance'].map((x) => `classify-${x}`))
    it(`${model} gives the scores of the embedded model`, async () => {
      const { outputs } = await ask(url, model)
      const ours = embedded(model)
      assert.ok(ours.kind === 'scores')
      const theirs = outputs[0]?.data as number[]
      assert.equal(theirs.length, ours.values.length)
      theirs.forEach((score, i) =>
        assert.ok(Math.abs(score - (ours.values[i] as number)) < 1e-6, `${i}: ${score}`),
      )
    })

  it('summarise-coverage gives the summaries of the embedded model', async () => {
    const { outputs } = await ask(url, 'summarise-coverage')
    const ours = embedded('summarise-coverage')
    assert.ok(ours.kind === 'texts')
    const of = (name: string) => outputs.find((each) => each.name === name)?.data ?? []
    ours.texts.forEach((mine, row) => {
      const theirs = {
        text: of('summary')[row],
        tokensIn: of('tokens_in')[row],
        tokensOut: of('tokens_out')[row],
        truncated: of('truncated')[row],
      }
      assert.deepEqual(theirs, mine)
    })
  })
})
