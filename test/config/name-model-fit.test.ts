import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { lexiconCard } from '../drivers/triton/scripted-names.ts'
import { aConfigInput, problemsOf } from './a-config-input.ts'

describe('a model for names in the configuration', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'archive-streams-card-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const card = (change: (yaml: string) => string): string => {
    const path = join(folder, 'card.yaml')
    writeFileSync(path, change(readFileSync(lexiconCard, 'utf8')))
    return path
  }
  const triton = 'triton:\n  endpoints: [http://127.0.0.1:8000]\n'
  const problems = (recognise: string, more = '') =>
    problemsOf(
      aConfigInput(`models:\n  recognise: ${recognise}\n${triton}${more}`, { references: true }),
    )

  it('is right with the card of the test model, and needs a Triton', () => {
    assert.deepEqual(problems(lexiconCard), [])
    assert.deepEqual(problemsOf(aConfigInput(`models:\n  recognise: ${lexiconCard}\n`)), [
      'default: triton.endpoints: are needed where models.recognise is given',
    ])
  })

  it('is a card that can be read, at its place', () => {
    assert.deepEqual(problems('./none.yaml'), [
      './profile.yaml:2:3: models.recognise: ./none.yaml cannot be read (ENOENT)',
    ])
    assert.match(
      problems('embed-hash')[0] ?? '',
      /expected the path of a card, which ends in \.yaml/,
    )
    const embed = join('gpu-runners', 'models', 'embed-hash', 'card.yaml')
    assert.match(problems(embed)[0] ?? '', /embed-hash is a model to embed, not to recognise/)
  })

  it('says of every kind of label what policies call it, or that it is nobody’s business', () => {
    const told = problems(card((yaml) => yaml.replace('  ORG: ORGANIZATION', '  GPE: LOCATION')))
    assert.match(told[0] ?? '', /say nothing of ORG/)
    assert.match(told[0] ?? '', /name GPE, which no label is of/)
    assert.deepEqual(problems(card((yaml) => yaml.replace('ORG: ORGANIZATION', 'ORG: null'))), [])
    const without = card((yaml) => yaml.replace('labels: [O, ', 'labels: ['))
    assert.match(problems(without)[0] ?? '', /expected O once/)
  })

  it('reads ids of its own tokenizer, in windows that overlap by less than half', () => {
    const other = card((yaml) =>
      yaml.replace(/tokenizerSha256: .*/, `tokenizerSha256: ${'a'.repeat(64)}`),
    )
    assert.match(
      problems(other)[0] ?? '',
      /recognise\.tokenizerFile: has the SHA-256 [0-9a-f]+, and recognise-lexicon reads ids of a+/,
    )
    assert.deepEqual(
      problems(lexiconCard, 'recognise:\n  tokenizerFile: ./none.json\n  overlap: 64\n'),
      [
        './profile.yaml:6:3: recognise.tokenizerFile: ./none.json: cannot be read: ENOENT',
        './profile.yaml:7:3: recognise.overlap: must be under half of the 128 tokens that recognise-lexicon reads',
      ],
    )
    const narrow = card((yaml) =>
      yaml.replace('maxTokens: 128', 'maxTokens: 6').replace('overlap: 24', 'overlap: 2'),
    )
    assert.match(problems(narrow)[0] ?? '', /puts 2 special tokens around a text, of 6/)
  })

  it('may have a price', () => {
    const price = (name: string) =>
      `prices:\n  models:\n    - model: ${name}\n      perGpuSecond: 1\n`
    assert.deepEqual(problems(lexiconCard, price('recognise-lexicon')), [])
    assert.equal(problems(lexiconCard, price('recognise-lexikon')).length, 1)
  })
})
