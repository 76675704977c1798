import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Fault } from '../../../topology/model/failure.ts'
import { forward } from '../../../topology/model/outcome.ts'
import type { LogConsumer, LogEvent, RecordLog } from '../../../topology/ports/record-log.ts'
import { encodeNote } from '../../../topology/runtime/commit-metadata.ts'
import { advance, settle } from '../../../topology/testing/settle.ts'
import { anEngine, asking, input, output } from './an-engine.ts'

const numbers = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${i}`)

describe('The engine', () => {
  it('uses room as soon as there is some, not at the next poll', async () => {
    const engine = await anEngine(
      (source) => source.via(asking(async (value) => forward(value))).to(output),
      { runtime: { maxInFlightRecords: 5 } },
    )
    for (const value of numbers(500)) engine.put('key', value)
    await engine.wait(engine.running.drained())
    assert.deepEqual(engine.outputs(), numbers(500))
    assert.ok(engine.clock.now() < 250, `${engine.clock.now()} ms`)
  })

  it('takes up no more than the caps on records and bytes allow', async () => {
    let inside = 0
    const engine = await anEngine(
      (source) =>
        source
          .via(
            asking(async () => {
              inside++
              return new Promise(() => {})
            }),
          )
          .to(output),
      { runtime: { maxInFlightRecords: 100, maxInFlightBytes: 10 } },
    )
    for (const value of numbers(50)) engine.put(value, 'four')
    await advance(engine.clock, 1_000)
    assert.equal(inside, 3)
  })

  it('goes on over a gap wider than the done-map', async () => {
    const gaps = [0, 100_000, 0]
    let end = (): void => {}
    const engine = await anEngine(
      (source) =>
        source
          .via(
            asking(async (value) => {
              if (value === 'slow') await new Promise<void>((resolve) => (end = resolve))
              return forward(value)
            }),
          )
          .to(output),
      { log: { offsetGap: () => gaps.shift() ?? 0 } },
    )
    engine.put('a', 'slow')
    engine.put('b', 'far')
    engine.put('c', 'farther')
    await advance(engine.clock, 1_000)
    assert.deepEqual(engine.outputs(), [])
    end()
    await engine.wait(engine.running.drained())
    assert.deepEqual(engine.outputs(), ['slow', 'far', 'farther'])
    assert.equal(await engine.committed(), 100_003)
  })

  it('finishes what is in flight when it is stopped, and takes up nothing more', async () => {
    const engine = await anEngine(
      (source) =>
        source
          .via(
            asking(async (value, { ports }) => {
              await new Promise<void>((resolve) => void ports.clock.after(500, resolve))
              return forward(value)
            }),
          )
          .to(output),
      { runtime: { maxInFlightRecords: 2 } },
    )
    for (const value of numbers(10)) engine.put(value, value)
    await advance(engine.clock, 100)
    const [report] = await engine.wait(engine.running.stop())
    assert.deepEqual(report, { subTopology: 'part', abandoned: 0 })
    assert.deepEqual(engine.outputs(), ['0', '1'])
    assert.equal(await engine.committed(), 2)
    await engine.running.ended
  })

  it('says how many records it had to leave when the drain time is over', async () => {
    const engine = await anEngine(
      (source) => source.via(asking(() => new Promise(() => {}))).to(output),
      { runtime: { drainMs: 1_000 } },
    )
    engine.put('a', '1')
    engine.put('b', '2')
    await settle()
    const [report] = await engine.wait(engine.running.stop())
    assert.equal(report?.abandoned, 2)
    assert.equal(await engine.committed(), 0)
  })

  it('commits nothing more after a kill', async () => {
    let end = (): void => {}
    const engine = await anEngine((source) =>
      source
        .via(
          asking(async (value) => {
            await new Promise<void>((resolve) => (end = resolve))
            return forward(value)
          }),
        )
        .to(output),
    )
    engine.put('a', '1')
    await settle()
    await engine.wait(engine.running.kill())
    end()
    await advance(engine.clock, 10_000)
    assert.deepEqual(engine.outputs(), [])
  })

  it('polls again after a fault of the log, and ends when the fault is fatal', async () => {
    let polls = 0
    const troubled =
      (kind: 'transient' | 'fatal') =>
      (log: RecordLog): RecordLog => ({
        ...log,
        atomicCommit: true,
        join: async (group, topics) => {
          const consumer = await log.join(group, topics)
          const poll: typeof consumer.poll = (maxWaitMs) => {
            if (++polls < 5) return Promise.reject(new Fault(kind, 'record-log', 'away'))
            return consumer.poll(maxWaitMs)
          }
          const { pause, resume, commit, readState, leave } = consumer
          return { poll, pause, resume, commit, readState, leave }
        },
      })
    const engine = await anEngine((source) => source.to(output), { tamper: troubled('transient') })
    engine.put('a', '1')
    await engine.wait(engine.running.drained())
    assert.deepEqual(engine.outputs(), ['1'])
    polls = 0
    const doomed = await anEngine((source) => source.to(output), { tamper: troubled('fatal') })
    await assert.rejects(doomed.wait(doomed.running.ended), /away/)
  })

  it('tells a fatal fault once, however many records met it', async () => {
    const engine = await anEngine((source) =>
      source
        .via(
          asking(async () => {
            throw new Fault('fatal', 'object-store', 'disk full')
          }),
        )
        .to(output),
    )
    for (const value of numbers(20)) engine.put(value, value)
    await assert.rejects(engine.wait(engine.running.ended), /disk full/)
    assert.deepEqual(
      engine.events.filter((event) => event.kind === 'fatal'),
      [{ kind: 'fatal', subTopology: 'part', message: 'disk full' }],
    )
  })

  it('is drained when other members have done their part too', async () => {
    const build: Parameters<typeof anEngine>[0] = (source) =>
      source.via(asking(async (value) => forward(value))).to(output)
    const one = await anEngine(build)
    const other = await anEngine(build, { onto: one })
    await advance(one.clock, 5_000)
    const owned = [one, other].map(({ running }) => running.parts[0]?.tasks().length)
    assert.deepEqual(owned.toSorted(), [0, 1])
    for (const value of numbers(20)) one.put('a', value)
    await one.wait(Promise.all([one.running.drained(), other.running.drained()]))
    assert.deepEqual(one.outputs(), numbers(20))
  })

  it('pauses its sources while a dependency is down', async () => {
    let down = true
    let calls = 0
    const engine = await anEngine((source) =>
      source
        .via(
          asking(async (value) => {
            calls++
            if (down) throw new Fault('dependency-down', 'store', 'down')
            return forward(value)
          }),
        )
        .to(output),
    )
    engine.put('a', '1')
    await advance(engine.clock, 1_000)
    for (const value of numbers(50)) engine.put(value, value)
    await advance(engine.clock, 120_000)
    assert.ok(calls < 30, `${calls} calls while down`)
    assert.ok(engine.events.some(({ kind }) => kind === 'paused'))
    assert.deepEqual(engine.deadLetters(), [])
    down = false
    await engine.wait(engine.running.drained())
    assert.equal(engine.outputs().length, 51)
  })

  it('passes a wide done-map in a few commits, and does again only what it does not hold', async () => {
    const first = await anEngine((source) => source.to(output))
    await first.wait(first.running.stop())
    for (const value of numbers(3_000)) first.put('a', value)
    const before = await first.log.join('test.part', [input.name])
    const [{ epoch = 0 } = {}] = (await pollUntil(first, before)) as readonly { epoch?: number }[]
    const done = numbers(3_000).map(Number).slice(1)
    const metadata = encodeNote(first.hash, 0, { kind: 'done', offsets: done })
    const offsets = [{ topic: input.name, partition: 0, offset: 0, metadata }]
    await first.wait(before.commit({ epoch, outputs: [], state: [], offsets }))
    await before.leave()
    const second = await anEngine((source) => source.to(output), { onto: first })
    await second.wait(second.running.drained())
    assert.deepEqual(second.outputs(), ['0'])
    assert.equal(await second.committed(), 3_000)
    const commits = second.events.filter(({ kind }) => kind === 'committed')
    assert.ok(commits.length < 30, `${commits.length} commits`)
  })

  it('is not thrown off by notes of another program in the commit metadata', async () => {
    const first = await anEngine((source) => source.to(output))
    first.put('a', '1')
    first.put('a', '2')
    await first.wait(first.running.drained())
    await first.wait(first.running.stop())
    for (const metadata of ['a1', 'set by hand', 'a1 x y z', '\u{1f4a3}'.repeat(1_000)]) {
      const meddler = await first.log.join('test.part', [input.name])
      const events = await pollUntil(first, meddler)
      const [{ epoch = 0 } = {}] = events.filter(({ kind }) => kind === 'assigned') as {
        epoch?: number
      }[]
      const offsets = [{ topic: input.name, partition: 0, offset: 1, metadata }]
      await first.wait(meddler.commit({ epoch, outputs: [], state: [], offsets }))
      await meddler.leave()
      const second = await anEngine((source) => source.to(output), { onto: first })
      await second.wait(second.running.drained())
      await second.wait(second.running.stop())
    }
    assert.deepEqual(first.outputs(), ['1', '2', '2', '2', '2', '2'])
  })

  for (const hours of [1, -1])
    it(`goes on, and ends in time, when the clock jumps by ${hours} h again and again`, async () => {
      const ends: (() => void)[] = []
      let jumps = 0
      const engine = await anEngine(
        (source) =>
          source
            .via(
              asking(async (value) => {
                if (value === 'slow') await new Promise<void>((resolve) => ends.push(resolve))
                return forward(value)
              }),
            )
            .to(output),
        {
          runtime: { drainMs: 2_000 },
          clockOf: (clock) => ({
            now: () => clock.now() + jumps * hours * 3_600_000,
            after: clock.after,
          }),
        },
      )
      for (const [key, value] of Object.entries({ a: 'slow', b: '1', c: 'slow' }))
        engine.put(key, value)
      await advance(engine.clock, 1_000)
      jumps++
      engine.put('d', '2')
      await advance(engine.clock, 1_000)
      ends[0]?.()
      await advance(engine.clock, 1_000)
      assert.deepEqual(engine.outputs().toSorted(), ['1', '2', 'slow'])
      assert.deepEqual(engine.deadLetters(), [])
      const before = engine.clock.now()
      const stopping = engine.running.stop()
      await advance(engine.clock, 1_000)
      jumps++
      await engine.wait(stopping)
      const ms = engine.clock.now() - before
      assert.ok(ms >= 2_000 && ms <= 3_000, `${ms} ms`)
    })
})

const pollUntil = async (
  engine: Awaited<ReturnType<typeof anEngine>>,
  consumer: LogConsumer,
): Promise<readonly LogEvent[]> => {
  for (;;) {
    const events = await engine.wait(consumer.poll(100))
    if (events.length > 0) return events
  }
}
