import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  deadLetterCodec,
  documentEventCodec,
  ledgerEntryCodec,
} from '../../../schemas/generated/codecs.ts'
import type { DocumentEvent } from '../../../schemas/generated/types.ts'
import { topology } from '../../../topology/model/builder.ts'
import { deadLetter, forward } from '../../../topology/model/outcome.ts'
import { encodeReplay, replayHeader, replayOf } from '../../../topology/model/replay.ts'
import type { AskingStage, RangeSink } from '../../../topology/model/stage.ts'
import { topic } from '../../../topology/model/topic.ts'
import { createTestDriver } from '../../../topology/testing/topology-test-driver.ts'
import { aDocumentEvent } from '../../builders/a-document-event.ts'

const input = topic('input', documentEventCodec)
const outputs = {
  one: topic('one-out', documentEventCodec),
  two: topic('two-out', documentEventCodec),
}
const trace = Buffer.from('00-trace')

const headersFor = (subTopology: string, count: number) => ({
  traceparent: trace,
  [replayHeader]: encodeReplay({ subTopology, count }),
})

/** Two sub-topologies that read one topic, and a third that writes ranges of it. */
const aRun = (fails = false) => {
  const replays: Record<string, number[]> = { one: [], two: [] }
  const ranges: number[] = []
  const stage = (name: 'one' | 'two'): AskingStage<DocumentEvent, DocumentEvent> => ({
    kind: 'asking',
    name,
    version: 1,
    order: 'key',
    doc: '',
    concurrency: 4,
    timeoutMs: 1_000,
    run: async (value, context) => {
      replays[name]?.push(context.replays)
      if (fails) return deadLetter({ disposition: 'POISON', code: 'planted', message: 'planted' })
      return forward(value)
    },
  })
  const sink: RangeSink<DocumentEvent> = {
    kind: 'range-sink',
    name: 'files',
    version: 1,
    doc: '',
    ordered: true,
    rotate: { maxRecords: 10, maxBytes: 1_000_000, maxAgeMs: 1_000 },
    timeoutMs: 1_000,
    write: async ({ records }) => {
      ranges.push(records.length)
      return { outputs: [], counts: {}, failures: [] }
    },
  }
  const graph = topology('test', {
    topics: [input, outputs.one, outputs.two],
    deadLetters: topic('dead', deadLetterCodec),
    ledger: topic('ledger', ledgerEntryCodec),
  })
  graph.subTopology('one', '').from(input).via(stage('one')).to(outputs.one)
  graph.subTopology('two', '').from(input).via(stage('two')).to(outputs.two)
  graph.subTopology('files', '').from(input).sink(sink)
  return { driver: createTestDriver(graph.build()), replays, ranges }
}

describe('a record that comes back from the dead letters', () => {
  it('is taken up by the sub-topology it failed in only, which is told how often it came back', async () => {
    const { driver, replays, ranges } = aRun()
    driver.pipe(input, 'a', aDocumentEvent(), { headers: headersFor('one', 2) })
    driver.pipe(input, 'a', aDocumentEvent())
    await driver.run()
    assert.deepEqual(replays, { one: [2, 0], two: [0] })
    assert.equal(driver.read(outputs.two).length, 1)
    assert.equal(
      ranges.reduce((sum, each) => sum + each, 0),
      1,
    )
    assert.equal(driver.ledger().filter(({ subTopology }) => subTopology === 'two').length, 1)
  })

  it('is new to those who read its results', async () => {
    const { driver } = aRun()
    driver.pipe(input, 'a', aDocumentEvent(), { headers: headersFor('one', 1) })
    await driver.run()
    assert.deepEqual(driver.read(outputs.one)[0]?.headers, { traceparent: trace })
  })

  it('is known as such when it fails again', async () => {
    const { driver } = aRun(true)
    driver.pipe(input, 'a', aDocumentEvent(), { headers: headersFor('one', 1) })
    await driver.run()
    const [letter, ...others] = driver.deadLetters()
    assert.deepEqual(others, [])
    assert.deepEqual(replayOf(letter?.originalHeaders ?? {}), { subTopology: 'one', count: 1 })
  })

  it('is one of ours only when the header says so', () => {
    assert.equal(replayOf({}), undefined)
    for (const text of ['', 'one', 'x one', '1 ', '1'])
      assert.equal(replayOf({ [replayHeader]: Buffer.from(text) }), undefined)
  })
})
