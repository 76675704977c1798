import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createEmbeddedModelServer } from '../../../drivers/embedded/model-server/embedded-model-server.ts'
import { checkModels } from '../../../gpu-runners/models/check-models.ts'
import { readModelCard } from '../../../gpu-runners/models/read-model-card.ts'
import { describeModelServer } from '../../contracts/model-server.contract.ts'

const CARDS = [
  readModelCard('embed-hash', 'embed'),
  readModelCard('classify-compliance', 'classify'),
  readModelCard('classify-sentiment', 'classify'),
  readModelCard('classify-spam', 'classify'),
  readModelCard('classify-toxicity', 'classify'),
  readModelCard('summarise-coverage', 'summarise'),
]

describeModelServer(
  'the embedded model server',
  {
    embed: { name: 'embed-hash', version: '1', dimensions: 384 },
    classify: {
      name: 'classify-toxicity',
      version: '1',
      labels: ['toxic', 'insult', 'threat', 'obscene'],
    },
    summarise: { name: 'summarise-coverage', version: '1' },
  },
  () => Promise.resolve(createEmbeddedModelServer({ threads: 1 })),
)

describe('the embedded model server', () => {
  it('has loaded what the cards of the package describe', async () => {
    const server = createEmbeddedModelServer()
    assert.deepEqual(checkModels(CARDS, await server.models()), [])
    await server.close()
  })

  it('keeps the event loop free while it computes', async () => {
    const server = createEmbeddedModelServer()
    const inputs = Array.from({ length: 512 }, (_, i) => ({
      text: `case ${i} of the archive `.repeat(80),
    }))
    await server.models()
    let turns = 0
    let busy = true
    const turn = (): void => {
      turns++
      if (busy) setImmediate(turn)
    }
    turn()
    await server.infer({ model: 'embed-hash', version: '1', inputs })
    busy = false
    await server.close()
    assert.ok(turns > 20, `${turns} turns of the event loop`)
  })
})
