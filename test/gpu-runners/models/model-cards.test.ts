import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'mocha'
import { checkModels } from '../../../gpu-runners/models/check-models.ts'
import { parseModelCard } from '../../../gpu-runners/models/model-card.ts'
import { readModelCard } from '../../../gpu-runners/models/read-model-card.ts'
import { anEmbedCard, aClassifyCard } from '../cards.ts'

const FOLDER = 'gpu-runners/models'
const NAMES = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

describe('model cards', () => {
  it('are right for every model of the package, and state measured figures', () => {
    assert.ok(NAMES.length >= 6)
    for (const name of NAMES) {
      const card = parseModelCard(readFileSync(`${FOLDER}/${name}/card.yaml`, 'utf8'))
      assert.equal(card.name, name)
      assert.ok(card.measured.length > 0, `${name} states no figure`)
    }
  })

  it('name every problem of what is not a card', () => {
    assert.throws(
      () => parseModelCard('task: embed\nname: Not A Name\ndimension: 3'),
      (error: Error) =>
        ['name', 'version', 'dimension'].every((key) => error.message.includes(key)),
    )
  })

  it('are refused for another task', () => {
    assert.throws(() => readModelCard('embed-hash', 'classify'), /embed-hash is a model to embed/)
  })
})

describe('checking a model server against the cards', () => {
  it('finds nothing where they agree', () => {
    const info = { name: 'tiny', version: '7', task: 'embed', dimensions: 2 } as const
    assert.deepEqual(checkModels([anEmbedCard()], [info]), [])
  })

  it('names both sides of every difference', () => {
    const loaded = [
      { name: 'tiny', version: '8', task: 'embed', dimensions: 2 },
      { name: 'mood', version: '7', task: 'classify', labels: ['sad', 'glad'] },
    ] as const
    assert.deepEqual(
      checkModels([anEmbedCard(), aClassifyCard(), anEmbedCard({ name: 'other' })], loaded),
      [
        'tiny: the card wants version 7, the server has 8',
        'mood@7: labels is glad sad on the card and sad glad on the server',
        'other: the card wants version 7, the server has none',
      ],
    )
  })
})
