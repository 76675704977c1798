import assert from 'node:assert/strict'
import { describe as suite, it } from 'mocha'
import { describe } from '../../../topology/model/describe.ts'
import { NotADescription, readDescription } from '../../../topology/model/read-description.ts'
import { renderDot } from '../../../topology/model/render-dot.ts'
import { renderMermaid } from '../../../topology/model/render-mermaid.ts'
import { renderText } from '../../../topology/model/render-text.ts'
import { aGraph } from './a-graph.ts'

suite('the description of a topology', () => {
  const description = describe(aGraph())

  it('is plain JSON that reads back equal', () => {
    assert.deepEqual(readDescription(JSON.stringify(description)), description)
  })

  it('is equal for equal graphs, wherever they are declared', () => {
    const elsewhere = describe(aGraph())
    assert.equal(JSON.stringify(elsewhere), JSON.stringify(description))
  })

  it('holds the options that change results, where a stage has some', () => {
    const stages = describe(aGraph({ settings: { size: 2 } })).subTopologies[0]!.nodes
    assert.deepEqual(
      stages.flatMap((node) => (node.kind === 'stage' ? [node.settings] : [])),
      [{ size: 2 }, undefined],
    )
  })

  it('names topics with partitions, clean-up, subject and fingerprint', () => {
    const [, upper] = description.topics
    assert.match(upper?.fingerprint ?? '', /^[0-9a-f]{64}$/)
    assert.deepEqual(
      { ...upper, fingerprint: '' },
      { name: 'test.upper', partitions: 4, cleanup: 'delete', subject: 'word', fingerprint: '' },
    )
  })

  it('holds every schema without its docs', () => {
    assert.deepEqual(description.schemas[description.topics[1]?.fingerprint ?? ''], {
      type: 'record',
      name: 'Word',
      fields: [{ name: 'text', type: 'string' }],
    })
  })

  it('tells how nodes work and how their outputs are delivered', () => {
    const nodes = description.subTopologies.flatMap((part) => part.nodes)
    const facts = nodes.map((node) => {
      switch (node.kind) {
        case 'stage':
          return [node.name, node.work, node.version, node.order, node.concurrency, node.deadlineMs]
        case 'sink':
          return [node.name, node.sink, node.delivery, node.ordered, node.maxRecords]
        case 'topic-sink':
          return [node.name, node.topic, node.key, node.delivery]
        default:
          return [node.name, node.kind]
      }
    })
    assert.deepEqual(facts, [
      ['from test.words', 'source'],
      ['raise', 'pure', 1, 'key', 'threads', 1_000],
      ['look "up"', 'asking', 1, 'key', 8, 2_500],
      ['every word', 'select'],
      ['to test.upper', 'test.upper', 'record', 'with-commit'],
      ['vectors', 'batch', 'idempotent', false, 10],
      ['from test.upper', 'source'],
      ['files', 'range', 'claimed', true, 100],
    ])
  })

  it('says what is not a description', () => {
    for (const text of [
      '',
      '[]',
      'null',
      '{}',
      '{"descriptionVersion":99}',
      '{"descriptionVersion":1}',
    ])
      assert.throws(() => readDescription(text), NotADescription)
  })
})

suite('pictures of a topology', () => {
  const description = describe(aGraph())

  it('are text with branches', () => {
    const text = renderText(description)
    assert.match(
      text,
      /^small \([0-9a-f]{12}\)\nevery sub-topology also writes test\.dead and test\.ledger/,
    )
    assert.match(text, /◀ test\.words\n {4}raise +pure v1, order key, on threads, 1 s\n/)
    assert.match(text, /look "up" +asking v1, order key, 8 at once, 2500 ms/)
    assert.match(
      text,
      /├ \(every word\)\n {4}│ ▶ test\.upper\n {4}└ ■ vectors +batch sink v1, idempotent/,
    )
    assert.match(text, /■ files +range sink v1, claimed, ordered/)
    assert.match(text, /test\.upper +4 partitions, delete, word [0-9a-f]{8}/)
  })

  it('are Mermaid with every label quoted and escaped', () => {
    assert.equal(
      renderMermaid(description),
      [
        'flowchart LR',
        '  t0[("test.words")]',
        '  t1[("test.upper")]',
        '  subgraph g0["read"]',
        '    g0n1["raise<br/>look #34;up#34;"]',
        '    g0n5[["vectors"]]',
        '  end',
        '  subgraph g1["write"]',
        '    g1n1[["files"]]',
        '  end',
        '  t0 --> g0n1',
        '  g0n1 -->|"every word"| t1',
        '  g0n1 --> g0n5',
        '  t1 --> g1n1',
        '',
      ].join('\n'),
    )
  })

  it('are DOT with every id and label quoted and escaped', () => {
    const dot = renderDot(description)
    assert.match(dot, /^digraph "small" \{\n {2}rankdir=LR;/)
    assert.match(dot, /"g0n1" \[label="raise\\nlook \\"up\\"", shape=box\];/)
    assert.match(dot, /subgraph "cluster_g0" \{\n {4}label="read";/)
    assert.match(dot, /"g0n1" -> "t1" \[label="every word"\];/)
    assert.equal(dot.split('{').length, dot.split('}').length)
  })
})
