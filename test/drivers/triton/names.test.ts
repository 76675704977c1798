import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { checkModels } from '../../../gpu-runners/models/check-models.ts'
import type { ModelServer } from '../../../topology/ports/model-server.ts'
import { describeNer } from '../../contracts/ner.contract.ts'
import { aModelNer, lexiconCard } from '../../gpu-runners/recognise/a-model-ner.ts'
import { openTriton } from './open-triton.ts'
import { LEXICON_MODEL, scriptedLexicon } from './scripted-names.ts'
import { startScriptedTriton } from './scripted-triton.ts'
import type { ScriptedTriton } from './scripted-triton.ts'

const start = async (): Promise<ScriptedTriton> => {
  const scripted = await startScriptedTriton()
  scripted.models.set(LEXICON_MODEL, scriptedLexicon())
  return scripted
}

describeNer('a token classifier on the scripted Triton', async () => {
  const scripted = await start()
  const models = openTriton(scripted.url)
  return {
    ner: aModelNer(models),
    destroy: async () => {
      await models.close()
      await scripted.close()
    },
  }
})

describe('a model for names on Triton', () => {
  let scripted: ScriptedTriton
  let server: ModelServer
  beforeEach(async () => {
    scripted = await start()
    server = openTriton(scripted.url, {
      models: [LEXICON_MODEL],
      differences: (info) => checkModels([lexiconCard()], [info]),
    })
  })
  afterEach(async () => {
    await server.close()
    await scripted.close()
  })

  const find = () => aModelNer(server).find(['Wilma Quux called.'])

  it('is what its card says', async () => {
    assert.deepEqual(checkModels([lexiconCard()], await server.models()), [])
  })

  it('is refused with labels in another order, or with more scores than labels', async () => {
    const labels = ['O', 'B-LOC', 'I-LOC', 'B-PER', 'I-PER', 'B-ORG', 'I-ORG']
    scripted.models.set(LEXICON_MODEL, scriptedLexicon(labels))
    await assert.rejects(find(), /labels is O B-PER .* on the card and O B-LOC .* on the server/)
    const wide = scriptedLexicon()
    wide.metadata.outputs = [{ name: 'logits', datatype: 'FP32', shape: [-1, -1, 9] }]
    scripted.models.set(LEXICON_MODEL, wide)
    await assert.rejects(find(), /scores per token is 7 on the card and 9 on the server/)
    assert.equal(scripted.seen.length, 0)
  })

  it('is refused when its answer has another shape than it said', async () => {
    const flat = (shape: readonly number[]) => [shape[0]!, shape[1]! * shape[2]!]
    scripted.misfortunes.push({
      kind: 'tensors',
      change: (tensors) => tensors.map((each) => ({ ...each, shape: flat(each.shape) })),
    })
    await assert.rejects(find(), /logits has the shape \[1, \d+\]; 7 labels of each token/)
  })

  it('is waited for when the server does not have it', async () => {
    scripted.models.delete(LEXICON_MODEL)
    await assert.rejects(find(), { name: 'Fault', kind: 'dependency-down' })
  })

  it('is asked again when the connection breaks', async () => {
    scripted.misfortunes.push({ kind: 'reset' }, { kind: 'truncated' })
    const { entities } = await find()
    assert.deepEqual(
      entities[0]?.map(({ type }) => type),
      ['PERSON'],
    )
  })
})
