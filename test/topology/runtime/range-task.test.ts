import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Fault } from '../../../topology/model/failure.ts'
import type { LogEvent, RecordLog } from '../../../topology/ports/record-log.ts'
import { advance, settle } from '../../../topology/testing/settle.ts'
import { aRangeEngine, aSink, nothing } from './a-range-engine.ts'
import { anEngine, input } from './an-engine.ts'

/** The log gives the first record and no more. */
const oneRecord = (log: RecordLog): RecordLog => ({
  ...log,
  ensureTopics: (topics) => log.ensureTopics(topics),
  atomicCommit: true,
  join: async (group, topics) => {
    const consumer = await log.join(group, topics)
    const poll: typeof consumer.poll = async (maxWaitMs) =>
      (await consumer.poll(maxWaitMs)).map((event) =>
        event.kind === 'records' ? { ...event, records: event.records.slice(0, 1) } : event,
      )
    const { pause, resume, commit, readState, leave } = consumer
    return { poll, pause, resume, commit, readState, leave }
  },
})

/** The log gives one record a poll, and none while the partition is paused. */
const oneByOne = (log: RecordLog): RecordLog => ({
  ...log,
  ensureTopics: (topics) => log.ensureTopics(topics),
  atomicCommit: true,
  join: async (group, topics) => {
    const consumer = await log.join(group, topics)
    const held: LogEvent[] = []
    let paused = false
    const poll: typeof consumer.poll = async (maxWaitMs) => {
      if (paused || held.length === 0)
        for (const event of await consumer.poll(maxWaitMs)) held.push(...split(event))
      return paused ? [] : held.splice(0, 1)
    }
    const pause: typeof consumer.pause = (partitions) => {
      paused = true
      consumer.pause(partitions)
    }
    const resume: typeof consumer.resume = (partitions) => {
      paused = false
      consumer.resume(partitions)
    }
    const { commit, readState, leave } = consumer
    return { poll, pause, resume, commit, readState, leave }
  },
})

const split = (event: LogEvent): readonly LogEvent[] =>
  event.kind === 'records'
    ? event.records.map((record) => ({ ...event, records: [record] }))
    : [event]

describe('A range task', () => {
  it('writes full ranges at once and the rest when it is old', async () => {
    const engine = await aRangeEngine()
    for (const value of 'abcdefgh') engine.put(value, value)
    await advance(engine.clock, 999)
    assert.deepEqual(engine.ranges, [
      [0, 3, 'abc'],
      [3, 6, 'def'],
    ])
    await advance(engine.clock, 1)
    assert.deepEqual(engine.ranges[2], [6, 8, 'gh'])
    assert.equal(await engine.committed(), 8)
  })

  it('writes what came in while it was writing when that is old', async () => {
    const engine = await aRangeEngine(async (_range, { ports }) => {
      await new Promise<void>((resolve) => void ports.clock.after(5_000, resolve))
      return nothing
    })
    for (const value of 'abc') engine.put(value, value)
    await settle()
    engine.put('d', 'd')
    await advance(engine.clock, 20_000)
    assert.deepEqual(engine.ranges, [
      [0, 3, 'abc'],
      [3, 4, 'd'],
    ])
  })

  it('waits for its turn, whichever sink of the process is writing', async () => {
    let writing = 0
    const most: number[] = []
    const sink = aSink(async (_range, { ports }) => {
      most.push(++writing)
      await new Promise<void>((resolve) => void ports.clock.after(5_000, resolve))
      writing--
      return nothing
    })
    const engine = await anEngine(
      (source, graph) => {
        source.sink(sink)
        graph
          .subTopology('other', '')
          .from(input)
          .sink({ ...sink, name: 'other files' })
      },
      { runtime: { rangesAtOnce: 1 } },
    )
    for (const value of 'abc') engine.put(value, value)
    await engine.wait(engine.running.drained())
    assert.deepEqual(most, [1, 1])
  })

  it('writes out what it holds when it is stopped', async () => {
    const engine = await aRangeEngine()
    engine.put('a', 'a')
    await settle()
    const [report] = await engine.wait(engine.running.stop())
    assert.equal(report?.abandoned, 0)
    assert.deepEqual(engine.ranges, [[0, 1, 'a']])
  })

  it('writes a claimed range again as it was claimed, whatever came since', async () => {
    const engine = await aRangeEngine(() => new Promise(() => {}))
    for (const value of 'ab') engine.put(value, value)
    await advance(engine.clock, 1_000)
    const [claim] = await engine.log.committed('test.part')
    assert.match(claim?.metadata ?? '', / c2$/)
    await engine.wait(engine.running.kill())
    engine.put('c', 'c')
    const again = await aRangeEngine(undefined, { onto: engine })
    await again.wait(again.running.drained())
    assert.deepEqual(again.ranges, [
      [0, 2, 'ab'],
      [2, 3, 'c'],
    ])
  })

  it('takes all of a claimed range up, also when that is more than it would gather itself', async () => {
    const engine = await aRangeEngine(() => new Promise(() => {}))
    const one = 'a'.repeat(2_000)
    const other = 'b'.repeat(2_000)
    // One append, so that one poll brings both.
    const record = { topic: input.name, key: Buffer.from('k'), timestamp: 0, headers: {} }
    engine.log.append([one, other].map((text) => ({ ...record, value: Buffer.from(text) })))
    await settle()
    const [claim] = await engine.log.committed('test.part')
    assert.match(claim?.metadata ?? '', / c2$/)
    await engine.wait(engine.running.kill())
    const again = await aRangeEngine(undefined, { onto: engine, tamper: oneByOne })
    await again.wait(again.running.drained())
    assert.deepEqual(again.ranges, [[0, 2, `${one}${other}`]])
  })

  it('is not kept from stopping by a claimed range that is not all there', async () => {
    const engine = await aRangeEngine(() => new Promise(() => {}))
    for (const value of 'abc') engine.put(value, value)
    await settle()
    await engine.wait(engine.running.kill())
    // Its polls bring one record only, so it never has all of the range.
    const again = await aRangeEngine(undefined, { onto: engine, tamper: oneRecord })
    await settle()
    const before = again.clock.now()
    await again.wait(again.running.stop())
    assert.ok(again.clock.now() - before < 1_000)
  })

  it('dead-letters what the sink refuses, and commits past it', async () => {
    const engine = await aRangeEngine(async ({ records }) => ({
      ...nothing,
      failures: records
        .filter(({ value }) => value === 'b')
        .map(({ offset }) => ({
          offset,
          failure: { disposition: 'POISON', code: 'planted', message: 'm' },
        })),
    }))
    for (const value of ['a', 'b', '?']) engine.put(value, value)
    await engine.wait(engine.running.drained())
    assert.deepEqual(
      engine.deadLetters().map(({ code, sourceOffset }) => [code, sourceOffset]),
      [
        ['planted', 1n],
        ['undecodable', 2n],
      ],
    )
    assert.equal(await engine.committed(), 3)
  })

  it('loses no record of a range that cannot be written at all', async () => {
    const engine = await aRangeEngine(async () => {
      throw new TypeError('bug')
    })
    for (const value of 'abc') engine.put(value, value)
    await engine.wait(engine.running.drained())
    assert.equal(engine.deadLetters().length, 3)
  })

  it('waits out an outage and dead-letters nothing', async () => {
    let calls = 0
    const engine = await aRangeEngine(async () => {
      if (++calls < 10) throw new Fault('dependency-down', 'object-store', 'down')
      return nothing
    })
    for (const value of 'abc') engine.put(value, value)
    await engine.wait(engine.running.drained())
    assert.deepEqual(engine.ranges, [[0, 3, 'abc']])
    assert.deepEqual(engine.deadLetters(), [])
  })
})
