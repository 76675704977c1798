import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Fault, Rejected } from '../../../topology/model/failure.ts'
import { deadLetter, forward, forwardAll, forwardStream } from '../../../topology/model/outcome.ts'
import type { LogConsumer, LogEvent, RecordLog } from '../../../topology/ports/record-log.ts'
import { encodeNote } from '../../../topology/runtime/commit-metadata.ts'
import { advance, settle } from '../../../topology/testing/settle.ts'
import { anEngine, asking, input, output } from './an-engine.ts'

const failure = { disposition: 'POISON', code: 'planted', message: 'x'.repeat(5_000) } as const
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

  it('writes a stream as it comes, from its beginning again after a fault', async () => {
    let runs = 0
    const stream = {
      async *[Symbol.asyncIterator]() {
        runs++
        for (const value of numbers(1_200)) {
          if (runs === 1 && value === '700') throw new Fault('transient', 'source', 'again')
          yield value
        }
      },
    }
    const engine = await anEngine((source) =>
      source
        .via(asking(async (value) => (value === 'stream' ? forwardStream(stream) : forward(value))))
        .to(output),
    )
    engine.put('key', 'stream')
    engine.put('key', 'after')
    await engine.wait(engine.running.drained())
    assert.deepEqual(engine.outputs(), [...numbers(500), ...numbers(1_200), 'after'])
  })

  it('dead-letters a record whose stream is rejected half-way', async () => {
    const stream = {
      async *[Symbol.asyncIterator]() {
        yield 'first'
        throw new Rejected({ ...failure, message: 'm' })
      },
    }
    const engine = await anEngine((source) =>
      source.via(asking(async () => forwardStream(stream))).to(output),
    )
    engine.put('key', 'stream')
    await engine.wait(engine.running.drained())
    assert.deepEqual(
      engine.deadLetters().map(({ code }) => code),
      ['planted'],
    )
  })

  it('takes a stream before anything but a topic for a bug, and loses no value silently', async () => {
    const stream = {
      async *[Symbol.asyncIterator]() {
        yield 'value'
      },
    }
    const engine = await anEngine((source) =>
      source
        .via(asking(async () => forwardStream(stream)))
        .select('all', (value) => [value])
        .to(output),
    )
    engine.put('key', 'stream')
    await engine.wait(engine.running.drained())
    assert.deepEqual(
      engine.deadLetters().map(({ disposition }) => disposition),
      ['BUG'],
    )
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

const pollUntil = async (
  engine: Awaited<ReturnType<typeof anEngine>>,
  consumer: LogConsumer,
): Promise<readonly LogEvent[]> => {
  for (;;) {
    const events = await engine.wait(consumer.poll(100))
    if (events.length > 0) return events
  }
}
