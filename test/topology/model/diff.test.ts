import assert from 'node:assert/strict'
import { describe as suite, it } from 'mocha'
import { describe } from '../../../topology/model/describe.ts'
import { changeClasses, diff, diffExitCodes } from '../../../topology/model/diff.ts'
import { aGraph, type GraphOptions } from './a-graph.ts'

const compare = (before: Partial<GraphOptions>, after: Partial<GraphOptions>) =>
  diff(describe(aGraph(before)), describe(aGraph(after)))

/** Verdict and the lines of a change. */
const lines = (before: Partial<GraphOptions>, after: Partial<GraphOptions>): readonly string[] => {
  const { verdict, changes } = compare(before, after)
  return [verdict, ...changes.map((change) => `${change.at}: ${change.message}`)]
}

const text = { name: 'text', type: 'string' }

suite('the difference of two topologies', () => {
  it('is safe when nothing changed', () => {
    assert.deepEqual(compare({}, {}), { verdict: 'safe', changes: [] })
  })

  it('is safe when only concurrency changed', () => {
    assert.deepEqual(lines({}, { concurrency: 9 }), ['safe', 'read/look "up": concurrency 8 → 9'])
  })

  it('needs a replay for a new stage version', () => {
    assert.deepEqual(lines({}, { version: 2 }), [
      'needs-replay',
      'read/raise: version 1 → 2: results change',
    ])
  })

  it('needs a replay for options that change results, and names them with their values', () => {
    assert.deepEqual(lines({ settings: { size: 1, kind: 'a' } }, { settings: { size: 2 } }), [
      'needs-replay',
      'read/raise: size 1 → 2: results change',
      'read/raise: kind a → none: results change',
    ])
    assert.deepEqual(lines({}, { settings: { size: 2 } }), [
      'needs-replay',
      'read/raise: size unknown → 2: results change',
    ])
    assert.equal(compare({ settings: { size: 2 } }, { settings: { size: 2 } }).verdict, 'safe')
  })

  it('needs a replay for a new sink, and breaks consumers without it', () => {
    assert.deepEqual(lines({ vectors: false }, {}), [
      'needs-replay',
      'read/vectors: added: gets nothing of what was processed before',
    ])
    assert.deepEqual(lines({}, { vectors: false }), [
      'breaks-consumers',
      'read/vectors: removed; what it wrote gets no newer',
    ])
  })

  it('needs a replay under another name', () => {
    assert.equal(compare({}, { name: 'other' }).verdict, 'needs-replay')
  })

  it('breaks the order when keys move between partitions', () => {
    const moved = 'topic test.upper: 4 → 6 partitions: keys move to other partitions'
    assert.deepEqual(lines({}, { partitions: 6 }), ['breaks-order', moved])
    assert.deepEqual(lines({}, { ownKey: true }), [
      'breaks-order',
      'read/to test.upper: key record → own: records of a key change partitions',
    ])
  })

  it('breaks the order when a stage keeps less of it, and not when it keeps more', () => {
    assert.equal(compare({ order: 'partition' }, { order: 'key' }).verdict, 'breaks-order')
    assert.equal(compare({ order: 'key' }, { order: 'partition' }).verdict, 'safe')
  })

  it('is safe for a new field with a default', () => {
    const more = [text, { name: 'size', type: 'int', default: 0 }]
    assert.deepEqual(lines({}, { fields: more }), [
      'safe',
      'topic test.upper: schema changed; both versions read each other',
    ])
  })

  it('breaks consumers for a field without a default, and names it', () => {
    const more = [text, { name: 'size', type: 'int' }]
    assert.deepEqual(lines({}, { fields: more }), [
      'breaks-consumers',
      'topic test.upper: old records cannot be read: size has no default and is missing on the other side',
    ])
    assert.deepEqual(lines({ fields: more }, {}), [
      'breaks-consumers',
      'topic test.upper: consumers with the old schema cannot read new records: size has no default and is missing on the other side',
    ])
  })

  it('is safe for a new sub-topology and breaks consumers without an old one', () => {
    assert.deepEqual(lines({ parts: ['read'] }, {}), [
      'safe',
      'write: added: a new consumer group, which begins at the start of its topics',
    ])
    assert.equal(compare({}, { parts: ['read'] }).verdict, 'breaks-consumers')
  })

  it('breaks consumers of a removed topic', () => {
    const before = describe(aGraph())
    const after = { ...before, topics: before.topics.filter(({ name }) => name !== 'test.words') }
    assert.deepEqual(diff(before, after).changes, [
      {
        class: 'breaks-consumers',
        at: 'topic test.words',
        message: 'removed; its consumers get nothing more',
      },
    ])
  })

  it('takes the most severe change as its verdict and lists it first', () => {
    const { verdict, changes } = compare({}, { version: 2, partitions: 8, concurrency: 1 })
    assert.equal(verdict, 'breaks-order')
    assert.deepEqual(
      changes.map((change) => change.class),
      ['breaks-order', 'needs-replay', 'safe'],
    )
  })

  it('has an exit code for every class', () => {
    assert.deepEqual(
      changeClasses.map((each) => diffExitCodes[each]),
      [0, 10, 20, 30],
    )
  })
})
