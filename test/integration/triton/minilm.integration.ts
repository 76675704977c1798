import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as allOf } from 'node:stream/consumers'
import { after, before, describe, it } from 'mocha'
import { Tokenizer } from 'tokenizers'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import { createModelPools } from '../../../gpu-runners/batching/model-pool.ts'
import { chunkItem } from '../../../gpu-runners/chunk-set/ask-chunks.ts'
import { readVectors } from '../../../gpu-runners/embed/read-vectors.ts'
import { checkModels } from '../../../gpu-runners/models/check-models.ts'
import { readModelCard } from '../../../gpu-runners/models/read-model-card.ts'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'
import { littleEndian } from '../../../schemas/little-endian.ts'
import type { ModelServer } from '../../../topology/ports/model-server.ts'
import { openTriton } from '../../drivers/triton/open-triton.ts'
import { prepareMiniLm, type MiniLm } from '../../services/minilm.ts'
import { startTriton, type NativeTriton } from '../../services/triton.ts'
import { repository } from '../../scripts/repository.ts'

const card = readModelCard('embed-minilm', 'embed')

/** Short and long, with accents, other scripts, marks, unknown words, and one that the model does not read to its end. */
const textsOf = async (): Promise<readonly string[]> => {
  const prose = await readFile(join(repository, 'docs/architecture.md'), 'utf8')
  const paragraphs = prose.split('\n\n').filter((each) => each.length > 40)
  return [
    'A man is eating food.',
    'A man is eating a piece of bread.',
    '',
    '!',
    'Die Größe der Pumpe in Halle 3 — naïve café, Ελλάς, привет.',
    '東京都。本日は晴天なり。한국어 문장입니다',
    'emoji 😀😀 joined\u200bwords soft\u00adhyphen ﬁ ＦＵＬＬ width',
    'qzjxkv'.repeat(40),
    ...paragraphs.slice(0, 20),
    prose.slice(0, 6000),
  ]
}

/** The model's own answer to single texts: the reference's tokens, and the formulas in double precision. */
const ownVectors = async (model: MiniLm, texts: readonly string[]): Promise<number[][]> => {
  const native = Tokenizer.fromString(await readFile(model.tokenizerFile, 'utf8'))
  native.disablePadding()
  native.setTruncation(card.maxTokens)
  const rows = await Promise.all(texts.map(async (each) => (await native.encode(each)).getIds()))
  const script = join(repository, 'test/integration/triton/sentence_encoder.py')
  const child = spawn(join(model.environment, 'bin', 'python'), [script, model.folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify(rows))
  return JSON.parse(await allOf(child.stdout)) as number[][]
}

const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let [dot, left, right] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!
    left += a[i]! * a[i]!
    right += b[i]! * b[i]!
  }
  return dot / Math.sqrt(left * right)
}

describe('a real sentence-embedding model on a real Triton', function () {
  // The model is downloaded and written as ONNX where the cache does not have it.
  this.timeout(300_000)
  let folder: string
  let model: MiniLm
  let server: NativeTriton
  let models: ModelServer
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-streams-minilm-'))
    model = await prepareMiniLm()
    server = await startTriton(folder, 'parent', {
      repositories: [model.repository],
      models: [card.name],
      environment: model.environment,
    })
    models = openTriton(server.url)
  })
  after(async () => {
    await models?.close()
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const embed = async (texts: readonly string[]): Promise<Float32Array[]> => {
    const tokeniser = createTokeniser(await readFile(model.tokenizerFile, 'utf8'))
    assert.equal(tokeniser.sha256, card.tokenizerSha256)
    const ask = createModelPools({ card, read: readVectors(card) })({ models, clock: systemClock })
    const items = texts.map((text, id) => {
      const { ids } = tokeniser.tokenise(text)
      const chunk = { id: String(id), text, tokens: ids.length, ids: littleEndian(ids) }
      return chunkItem(chunk, card)
    })
    const outcomes = await ask(items, new AbortController().signal)
    return outcomes.map((outcome) => {
      assert.ok(outcome.kind === 'ok')
      return outcome.result
    })
  }

  it('is what its card says', async () => {
    assert.deepEqual(checkModels([card], await models.models()), [])
  })

  it('gives by our tokens and in our batches what it gives to each text alone', async () => {
    const texts = await textsOf()
    const [ours, own] = await Promise.all([embed(texts), ownVectors(model, texts)])
    const cosines = ours.map((vector, at) => cosine(vector, own[at]!))
    const least = Math.min(...cosines)
    assert.ok(least >= 0.9999, `the least cosine is ${least}`)
    // What the documentation of sentence-transformers gives for this pair.
    assert.equal(cosine(ours[0]!, ours[1]!).toFixed(4), '0.7553')
  })
})
