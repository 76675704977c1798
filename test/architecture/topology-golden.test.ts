import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe as suite, it } from 'mocha'
import { pipelineOptionsOf } from '../../cli/pipeline-options.ts'
import { loadConfig } from '../../config/load.ts'
import { describe, type Description } from '../../topology/model/describe.ts'
import { diff } from '../../topology/model/diff.ts'
import { readDescription } from '../../topology/model/read-description.ts'
import { createPipeline } from '../../topology/pipeline.ts'
import type { Topology } from '../../topology/model/topology.ts'
import { repository } from '../scripts/repository.ts'

suite('the committed description of the pipeline', () => {
  const committed = readDescription(
    readFileSync(join(repository, 'topology', 'topology.json'), 'utf8'),
  )
  let current: Description

  before(() => {
    const loaded = loadConfig({ profile: 'embedded', environment: {}, flags: [] })
    assert.ok(loaded.kind === 'loaded')
    current = describe(createPipeline(pipelineOptionsOf(loaded.config)))
  })

  it('is what the code builds; after a change, write it anew and say what the change asks for', () => {
    assert.deepEqual(diff(committed, current), { verdict: 'safe', changes: [] })
    assert.deepEqual(committed, JSON.parse(JSON.stringify(current)))
  })

  it('has a model for names before redaction where one is given, and none by default', () => {
    const loaded = loadConfig({ profile: 'embedded', environment: {}, flags: [] })
    assert.ok(loaded.kind === 'loaded')
    const options = pipelineOptionsOf(loaded.config)
    const redact = { ...options.redact, ner: { model: 'names@1' } }
    const stagesOf = (pipeline: Topology) =>
      pipeline.subTopologies.flatMap(({ nodes }) =>
        nodes.flatMap((node) => (node.kind === 'stage' ? [node.name] : [])),
      )
    const named = stagesOf(createPipeline({ ...options, redact }))
    const at = named.indexOf('recognise')
    assert.deepEqual(named.slice(at - 1, at + 2), ['parse', 'recognise', 'redact'])
    assert.deepEqual(
      named.filter((name) => name !== 'recognise'),
      stagesOf(createPipeline(options)),
    )
  })
})
