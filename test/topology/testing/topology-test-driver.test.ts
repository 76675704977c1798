import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  deadLetterCodec,
  documentEventCodec,
  ledgerEntryCodec,
} from '../../../schemas/generated/codecs.ts'
import type { DocumentEvent } from '../../../schemas/generated/types.ts'
import { topology } from '../../../topology/model/builder.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { deadLetter, drop, forward } from '../../../topology/model/outcome.ts'
import type { AskingStage, StageContext } from '../../../topology/model/stage.ts'
import { topic } from '../../../topology/model/topic.ts'
import { createTestDriver } from '../../../topology/testing/topology-test-driver.ts'
import { aDocumentEvent } from '../../builders/a-document-event.ts'

const input = topic('input', documentEventCodec)
const output = topic('output', documentEventCodec)

type Run = AskingStage<DocumentEvent, DocumentEvent>['run']

const withStage = (run: Run) => {
  const graph = topology('test', {
    topics: [input, output],
    deadLetters: topic('dead', deadLetterCodec),
    ledger: topic('ledger', ledgerEntryCodec),
  })
  graph
    .subTopology('only', '')
    .from(input)
    .via({
      kind: 'asking',
      name: 'stage',
      version: 1,
      order: 'key',
      doc: '',
      concurrency: 4,
      timeoutMs: 1_000,
      run,
    })
    .to(output)
  return graph.build()
}

const failure = { disposition: 'POISON', code: 'planted', message: 'planted' } as const

describe('The topology test driver', () => {
  it('pipes records in and reads what comes out, by key in order', async () => {
    const driver = createTestDriver(withStage(async (value) => forward(value)))
    for (const revision of [1n, 2n, 3n]) driver.pipe(input, 'a', aDocumentEvent({ revision }))
    await driver.run()
    const read = driver.read(output)
    assert.deepEqual(
      read.map(({ value }) => value.revision),
      [1n, 2n, 3n],
    )
    assert.equal(read[0]?.value.uri, aDocumentEvent().uri)
  })

  it('hands time and key of a record on', async () => {
    const seen: Pick<StageContext, 'key' | 'timestamp'>[] = []
    const driver = createTestDriver(
      withStage(async (value, { key, timestamp }) => {
        seen.push({ key, timestamp })
        return forward(value)
      }),
    )
    driver.pipe(input, 'a', aDocumentEvent(), { timestamp: 42 })
    await driver.run()
    assert.deepEqual(seen, [{ key: 'a', timestamp: 42 }])
    assert.equal(driver.read(output)[0]?.timestamp, 42)
  })

  it('shows dead letters and the ledger', async () => {
    const driver = createTestDriver(
      withStage(async (value) => (value.revision === 1n ? deadLetter(failure) : drop('stale'))),
    )
    driver.pipe(input, 'a', aDocumentEvent({ revision: 1n }))
    driver.pipe(input, 'a', aDocumentEvent({ revision: 2n }))
    await driver.run()
    assert.deepEqual(
      driver.deadLetters().map(({ code, stage }) => [code, stage]),
      [['planted', 'stage']],
    )
    assert.deepEqual(
      driver.ledger().map(({ outcome, reason }) => [outcome, reason]),
      [
        ['DEAD', 'planted'],
        ['DROPPED', 'stale'],
      ],
    )
  })

  it('waits out an outage in no time', async () => {
    let calls = 0
    const driver = createTestDriver(
      withStage(async (value) => {
        if (++calls < 12) throw new Fault('dependency-down', 'elsewhere', 'down')
        return forward(value)
      }),
    )
    driver.pipe(input, 'a', aDocumentEvent())
    await driver.run()
    assert.equal(driver.read(output).length, 1)
    assert.equal(calls, 12)
  })

  it('runs again after more is piped in, and only that', async () => {
    let calls = 0
    const driver = createTestDriver(
      withStage(async (value) => {
        calls++
        return forward(value)
      }),
    )
    driver.pipe(input, 'a', aDocumentEvent())
    await driver.run()
    driver.pipe(input, 'b', aDocumentEvent())
    await driver.run()
    await driver.stop()
    assert.equal(calls, 2)
    assert.equal(driver.read(output).length, 2)
  })

  it('lets time pass for a stage that waits for it', async () => {
    const driver = createTestDriver(
      withStage(async (value, { ports }) => {
        await new Promise<void>((resolve) => void ports.clock.after(500, resolve))
        return forward(value)
      }),
    )
    driver.pipe(input, 'a', aDocumentEvent())
    await driver.advance(499)
    assert.equal(driver.read(output).length, 0)
    await driver.advance(1)
    assert.equal(driver.read(output).length, 1)
  })

  it('says which port is missing', async () => {
    const driver = createTestDriver(
      withStage(async (value, { ports }) => {
        await ports.objects.put('x', new Uint8Array())
        return forward(value)
      }),
    )
    driver.pipe(input, 'a', aDocumentEvent())
    await assert.rejects(driver.run(), /port "objects"/)
  })

  it('gives up on a stage that waits without end', async () => {
    const driver = createTestDriver(
      withStage(async () => {
        throw new Fault('dependency-down', 'elsewhere', 'down for good')
      }),
      { limitMs: 60_000 },
    )
    driver.pipe(input, 'a', aDocumentEvent())
    await assert.rejects(driver.run(), /not done after 60000 ms/)
  })
})
