import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { resultHashOf } from '../../../topology/model/result-hash.ts'
import { aGraph, type GraphOptions } from './a-graph.ts'

const hashOf = (changes: Partial<GraphOptions> = {}): string => resultHashOf(aGraph(changes))

describe('the hash of what decides about results', () => {
  it('changes with the version and the settings of a stage', () => {
    const hashes = [{}, { version: 2 }, { settings: { size: 1 } }, { settings: { size: 2 } }]
    assert.equal(new Set(hashes.map(hashOf)).size, hashes.length)
  })

  it('stays when settings are told in another order, or speed and names of topologies change', () => {
    assert.equal(hashOf({ settings: { a: 1, b: 2 } }), hashOf({ settings: { b: 2, a: 1 } }))
    assert.equal(hashOf({ concurrency: 99, name: 'other', partitions: 7 }), hashOf())
  })
})
