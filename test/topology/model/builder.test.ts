import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  deadLetterCodec,
  documentEventCodec,
  ledgerEntryCodec,
} from '../../../schemas/generated/codecs.ts'
import type { DocumentEvent } from '../../../schemas/generated/types.ts'
import { topology, TopologyError, type TopologyBuilder } from '../../../topology/model/builder.ts'
import { forward } from '../../../topology/model/outcome.ts'
import type { BatchSink, OrderMode, PureStage, RangeSink } from '../../../topology/model/stage.ts'
import { topic, type TopicInfo } from '../../../topology/model/topic.ts'

const [a, b, c] = [
  topic('a', documentEventCodec),
  topic('b', documentEventCodec),
  topic('c', documentEventCodec),
]

const aBuilder = (topics: readonly TopicInfo[] = [a, b, c]): TopologyBuilder =>
  topology('test', {
    topics,
    deadLetters: topic('dead', deadLetterCodec),
    ledger: topic('ledger', ledgerEntryCodec),
  })

const aStage = (
  name: string,
  order: OrderMode = 'key',
): PureStage<DocumentEvent, DocumentEvent> => ({
  kind: 'pure',
  name,
  version: 1,
  order,
  doc: '',
  deadlineMs: 100,
  create: () => (value) => forward(value),
})

const aBatchSink = (ordered: boolean): BatchSink<DocumentEvent> => ({
  kind: 'batch-sink',
  name: 'batches',
  version: 1,
  doc: '',
  ordered,
  batch: { maxRecords: 1, lingerMs: 1 },
  timeoutMs: 1,
  write: async () => [],
})

const aRangeSink: RangeSink<DocumentEvent> = {
  kind: 'range-sink',
  name: 'ranges',
  version: 1,
  doc: '',
  ordered: true,
  rotate: { maxRecords: 1, maxBytes: 1, maxAgeMs: 1 },
  timeoutMs: 1,
  write: async () => ({ outputs: [], counts: {}, failures: [] }),
}

const problemsOf = (builder: TopologyBuilder): readonly string[] => {
  try {
    builder.build()
    return []
  } catch (error) {
    assert.ok(error instanceof TopologyError)
    return error.problems.map(({ at, message }) => `${at}: ${message}`)
  }
}

describe('The builder', () => {
  it('builds a graph as plain data, parents before children', () => {
    const builder = aBuilder()
    builder.subTopology('one', 'doc').from(a).via(aStage('s')).to(b)
    const { subTopologies } = builder.build()
    assert.deepEqual(
      subTopologies[0]?.nodes.map(({ kind, name }) => [kind, name]),
      [
        ['source', 'from a'],
        ['stage', 's'],
        ['topic-sink', 'to b'],
      ],
    )
  })

  it('knows where every node was declared', () => {
    const builder = aBuilder()
    builder.subTopology('one', '').from(a).to(b)
    const [node] = builder.build().subTopologies[0]?.nodes ?? []
    assert.match(node?.declaredAt ?? '', /builder\.test\.[jt]s:\d+$/)
  })

  it('gives equal graphs one hash, and another when a version changes', () => {
    const hashOf = (stage: PureStage<DocumentEvent, DocumentEvent>): string => {
      const builder = aBuilder()
      builder.subTopology('one', '').from(a).via(stage).to(b)
      return builder.build().hash
    }
    assert.equal(hashOf(aStage('s')), hashOf(aStage('s')))
    assert.notEqual(hashOf(aStage('s')), hashOf({ ...aStage('s'), version: 2 }))
  })

  it('refuses names that occur twice', () => {
    const builder = aBuilder()
    builder.subTopology('one', '').from(a).via(aStage('s')).via(aStage('s')).to(b)
    builder.subTopology('one', '').from(b).to(c)
    const problems = problemsOf(builder).join('\n')
    assert.match(problems, /sub-topology "one" is declared twice/)
    assert.match(problems, /node "s" occurs twice in "one"/)
  })

  it('refuses topics that are not declared, or declared twice, or have no schema', () => {
    const noSchema = { ...b, codec: undefined } as unknown as typeof b
    const builder = aBuilder([a, a, noSchema])
    builder.subTopology('one', '').from(a).to(c)
    const problems = problemsOf(builder).join('\n')
    assert.match(problems, /builder\.test\.[jt]s:\d+: unknown topic "c"/)
    assert.match(problems, /topic "a" is declared twice/)
    assert.match(problems, /topic "b" has no schema/)
  })

  it('refuses cycles through topics, also over several sub-topologies', () => {
    const builder = aBuilder()
    builder.subTopology('one', '').from(a).to(b)
    builder.subTopology('two', '').from(b).to(c)
    builder.subTopology('three', '').from(c).to(a)
    const problems = problemsOf(builder)
    assert.equal(problems.filter((each) => /feeds itself/.test(each)).length, 3)
  })

  it('refuses an unordered stage before an ordered sink, and takes it before another', () => {
    const loose = aBuilder()
    loose.subTopology('one', '').from(a).via(aStage('loose', 'none')).sink(aBatchSink(false))
    assert.deepEqual(problemsOf(loose), [])
    const strict = aBuilder()
    const stream = strict.subTopology('one', '').from(a).via(aStage('loose', 'none'))
    stream.sink(aBatchSink(true))
    stream.to(b)
    const problems = problemsOf(strict)
    assert.equal(problems.length, 2)
    assert.match(problems[0] ?? '', /unordered stage "loose" feeds ordered sink "batches"/)
  })

  it('refuses a stage that leads nowhere, and a range sink that is not alone behind its source', () => {
    const builder = aBuilder()
    builder.subTopology('one', '').from(a).via(aStage('lost'))
    const stream = builder.subTopology('two', '').from(b)
    stream.sink(aRangeSink)
    stream.to(c)
    const problems = problemsOf(builder).join('\n')
    assert.match(problems, /node "lost" of "one" leads nowhere/)
    assert.match(problems, /range sink "ranges" must follow its source directly and alone/)
  })

  it('says everything that is wrong at once, each with its place', () => {
    const builder = aBuilder([a])
    builder.subTopology('one', '').from(a).via(aStage('s')).via(aStage('s', 'none')).to(b)
    builder.subTopology('one', '').from(b)
    const problems = problemsOf(builder)
    assert.ok(problems.length >= 5, problems.join('\n'))
    for (const each of problems) assert.match(each, /^\S*builder\.test\.[jt]s:\d+: /)
  })
})
