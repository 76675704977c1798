import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { deadLetter, forward, forwardAll } from '../../../topology/model/outcome.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import { anEngine, asking, output } from './an-engine.ts'

const failure = { disposition: 'POISON', code: 'planted', message: 'x'.repeat(5_000) } as const

describe('The dead letters of the engine', () => {
  it('makes a dead letter that holds all of the record and no long message', async () => {
    const engine = await anEngine((source) =>
      source.via(asking(async () => deadLetter(failure))).to(output),
    )
    const traceparent = Buffer.from('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')
    engine.put('a', 'one', { traceparent })
    engine.put('b', 'two')
    await engine.wait(engine.running.drained())
    const [one, two] = engine.deadLetters()
    assert.equal(Buffer.from(one?.originalKey ?? []).toString(), 'a')
    assert.equal(Buffer.from(one?.originalValue ?? []).toString(), 'one')
    assert.equal(one?.traceparent, traceparent.toString())
    assert.deepEqual(
      [one?.stage, one?.code, one?.disposition, one?.sourceTopic, one?.sourceOffset],
      ['stage', 'planted', 'POISON', 'in', 0n],
    )
    assert.ok((one?.message.length ?? 0) <= 1_024)
    assert.equal(one?.fingerprint, two?.fingerprint)
  })

  it('tells causes apart by stage, code and variant, not by what a message says', async () => {
    const failures = [
      { ...failure, message: 'one (offset 17)' },
      { ...failure, message: 'two (offset 18)' },
      { ...failure, variant: 'image/png' },
      { ...failure, variant: 'image/png', message: 'again' },
      { ...failure, variant: 'video/mp4' },
      { ...failure, code: 'other' },
    ]
    const engine = await anEngine((source) =>
      source.via(asking(async (value) => deadLetter(failures[Number(value)]!))).to(output),
    )
    for (const index of failures.keys()) engine.put('a', String(index))
    await engine.wait(engine.running.drained())
    const seen = engine.deadLetters().map(({ fingerprint }) => fingerprint)
    const groups = seen.map((fingerprint) => seen.indexOf(fingerprint))
    assert.deepEqual(groups, [0, 0, 2, 2, 4, 5])
  })

  it('dead-letters what it cannot read, with the bytes as they were', async () => {
    const engine = await anEngine((source) => source.to(output))
    engine.put('a', '?broken')
    engine.put('a', null)
    engine.put('a', 'fine')
    await engine.wait(engine.running.drained())
    assert.deepEqual(
      engine
        .deadLetters()
        .map(({ disposition, originalValue }) => [
          disposition,
          Buffer.from(originalValue).toString(),
        ]),
      [
        ['UNDECODABLE', '?broken'],
        ['UNDECODABLE', ''],
      ],
    )
    assert.deepEqual(engine.outputs(), ['fine'])
  })

  it('takes an outcome that is none for a bug, and goes on with the next record of the key', async () => {
    const engine = await anEngine((source) =>
      source
        .via(asking(async (value) => (value === 'bad' ? (undefined as never) : forward(value))))
        .to(output),
    )
    engine.put('a', 'bad')
    engine.put('a', 'good')
    await engine.wait(engine.running.drained())
    assert.deepEqual(
      engine.deadLetters().map(({ disposition }) => disposition),
      ['BUG'],
    )
    assert.deepEqual(engine.outputs(), ['good'])
  })

  it('dead-letters failed parts and lets the rest of the record go on', async () => {
    const engine = await anEngine((source) =>
      source
        .via(
          asking(async () =>
            forwardAll(['a', 'b'], { failures: [{ ...failure, message: 'm', itemId: 'c' }] }),
          ),
        )
        .to(output),
    )
    engine.put('key', 'value')
    await engine.wait(engine.running.drained())
    assert.deepEqual(engine.outputs(), ['a', 'b'])
    assert.deepEqual(
      engine.deadLetters().map(({ itemId }) => itemId),
      ['c'],
    )
  })

  it('dead-letters a record whose output the log would refuse for its size, and its neighbours go on', async () => {
    const engine = await anEngine(
      (source) =>
        source
          .via(asking(async (value) => forward(value === 'large' ? 'x'.repeat(2_000) : value)))
          .to(output),
      { tamper: (log) => limited(log, 1_500) },
    )
    for (const value of ['a', 'large', 'b']) engine.put('key', value)
    await engine.wait(engine.running.drained())
    assert.deepEqual(engine.outputs(), ['a', 'b'])
    const [letter, ...others] = engine.deadLetters()
    assert.deepEqual(others, [])
    assert.deepEqual([letter?.disposition, letter?.code], ['OVERSIZE', 'output-too-large'])
    assert.match(letter?.message ?? '', /for out has 2003 bytes, more than the 1500/)
    assert.equal(Buffer.from(letter?.originalValue ?? []).toString(), 'large')
  })

  it('makes a dead letter without the value where it would be too large with it', async () => {
    const engine = await anEngine((source) => source.to(output), {
      tamper: (log) => limited(log, 1_500),
    })
    engine.put('a', `?${'x'.repeat(1_400)}`)
    engine.put('b', 'fine')
    await engine.wait(engine.running.drained())
    const [letter] = engine.deadLetters()
    assert.equal(letter?.originalValue.length, 0)
    assert.match(letter?.message ?? '', /its 1401 bytes are too many to be kept here/)
    assert.deepEqual([letter?.sourceTopic, letter?.sourceOffset], ['in', 0n])
    assert.deepEqual(engine.outputs(), ['fine'])
  })
})

const limited = (log: RecordLog, maxRecordBytes: number): RecordLog => ({
  atomicCommit: log.atomicCommit,
  maxRecordBytes,
  ensureTopics: log.ensureTopics,
  produce: log.produce,
  join: log.join,
  ends: log.ends,
  committed: log.committed,
  read: log.read,
  close: log.close,
})
