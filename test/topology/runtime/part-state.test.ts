import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Fault } from '../../../topology/model/failure.ts'
import { forward } from '../../../topology/model/outcome.ts'
import { partitionLags } from '../../../topology/runtime/lag.ts'
import { advance } from '../../../topology/testing/settle.ts'
import { anEngine, asking, input, output } from './an-engine.ts'

const stateOf = (engine: Awaited<ReturnType<typeof anEngine>>) => {
  const state = engine.running.parts[0]?.state()
  assert.ok(state)
  return state
}

describe('the state of a sub-topology', () => {
  it('says what is in flight and that a full partition waits for room', async () => {
    const ends: (() => void)[] = []
    const engine = await anEngine(
      (source) =>
        source
          .via(
            asking(async (value) => {
              await new Promise<void>((resolve) => ends.push(resolve))
              return forward(value)
            }),
          )
          .to(output),
      { runtime: { maxInFlightRecords: 3 } },
    )
    for (const key of ['a', 'b', 'c', 'd']) engine.put(key, 'four')
    await advance(engine.clock, 1_000)
    const { assigned, partitions } = stateOf(engine)
    assert.equal(assigned, true)
    assert.deepEqual(partitions, [
      { topic: 'in', partition: 0, inFlight: 4, bytes: 12, paused: 'full' },
    ])
    for (const end of ends) end()
    await advance(engine.clock, 1_000)
    for (const end of ends) end()
    await engine.wait(engine.running.drained())
    assert.deepEqual(stateOf(engine).partitions, [
      { topic: 'in', partition: 0, inFlight: 0, bytes: 0, paused: undefined },
    ])
  })

  it('says that it has no assignment yet while the group deals partitions out anew', async () => {
    const one = await anEngine((source) => source.to(output))
    await advance(one.clock, 1_000)
    const other = await anEngine((source) => source.to(output), { onto: one })
    assert.equal(stateOf(other).assigned, false)
    await advance(one.clock, 10_000)
    assert.equal(stateOf(other).assigned, true)
  })

  it('says which dependency is down, and that partitions wait for it', async () => {
    const engine = await anEngine((source) =>
      source
        .via(
          asking(async () => {
            throw new Fault('dependency-down', 'store', 'down')
          }),
        )
        .to(output),
    )
    engine.put('a', '1')
    await advance(engine.clock, 5_000)
    const { breaker, dependency, partitions } = stateOf(engine)
    assert.notEqual(breaker, 'closed')
    assert.equal(dependency, 'store')
    assert.equal(partitions[0]?.paused, 'dependency-down')
  })

  it('turns while nothing happens, and while it drains', async () => {
    const engine = await anEngine((source) =>
      source.via(asking(async () => new Promise(() => {}))).to(output),
    )
    engine.put('a', '1')
    await advance(engine.clock, 10_000)
    assert.ok(engine.clock.now() - stateOf(engine).turnedAt <= 250)
    const stopped = engine.running.stop()
    await advance(engine.clock, 5_000)
    assert.equal(stateOf(engine).draining, true)
    assert.equal(stateOf(engine).partitions[0]?.paused, 'draining')
    assert.ok(engine.clock.now() - stateOf(engine).turnedAt <= 250)
    await engine.wait(stopped)
    const [revoked] = engine.events.filter(({ kind }) => kind === 'revoked')
    assert.deepEqual(revoked, {
      kind: 'revoked',
      subTopology: 'part',
      partitions: 1,
      abandoned: 1,
    })
  })

  it('counts what an owner before had finished and what it had only begun', async () => {
    const build: Parameters<typeof anEngine>[0] = (source) =>
      source
        .via(asking(async (value) => (value === 'slow' ? new Promise(() => {}) : forward(value))))
        .to(output)
    const first = await anEngine(build)
    for (const [key, value] of Object.entries({ a: 'slow', b: 'x', c: 'slow', d: 'y' }))
      first.put(key, value)
    await advance(first.clock, 1_000)
    await first.running.kill()
    const second = await anEngine(build, { onto: first })
    await advance(second.clock, 30_000)
    const [assigned] = second.events.filter(({ kind }) => kind === 'assigned')
    assert.deepEqual(assigned, {
      kind: 'assigned',
      subTopology: 'part',
      partitions: 1,
      restored: 2,
      redone: 2,
    })
  })
})

describe('lag', () => {
  it('is what is not finished, and as old as its oldest record', async () => {
    let end = (): void => {}
    const engine = await anEngine((source) =>
      source
        .via(
          asking(async (value) => {
            if (value === 'slow') await new Promise<void>((resolve) => (end = resolve))
            return forward(value)
          }),
        )
        .to(output),
    )
    await advance(engine.clock, 1_000)
    const at = engine.clock.now()
    engine.put('a', 'slow')
    await advance(engine.clock, 1_000)
    engine.put('b', 'quick')
    await advance(engine.clock, 1_000)
    const topology = { name: 'test', hash: engine.hash }
    const part = engine.part
    const [lag] = await partitionLags(engine.log, topology, part)
    assert.deepEqual(lag, {
      subTopology: 'part',
      topic: input.name,
      partition: 0,
      end: 2,
      position: 0,
      lag: 1,
      inFlight: 1,
      oldestAt: at,
    })
    end()
    await engine.wait(engine.running.drained())
    const [none] = await partitionLags(engine.log, topology, part)
    assert.deepEqual([none?.lag, none?.oldestAt], [0, undefined])
  })

  it('counts no marks of transactions and nothing that retention took away', async () => {
    const engine = await anEngine((source) => source.to(output))
    const { committed, read } = engine.log
    const log = { committed, read, ends: async () => [7] }
    const [lag] = await partitionLags(log, { name: 'test', hash: engine.hash }, engine.part)
    assert.deepEqual([lag?.end, lag?.lag, lag?.oldestAt], [7, 0, undefined])
  })
})
