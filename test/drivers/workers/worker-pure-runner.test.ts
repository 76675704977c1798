import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'mocha'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import type { WorkerPureRunnerOptions } from '../../../drivers/workers/options.ts'
import { createWorkerPureRunner } from '../../../drivers/workers/worker-pure-runner.ts'
import { PureOverrun, type PureRunner } from '../../../topology/ports/pure-runner.ts'
import { createManualClock } from '../../contracts/manual-clock.ts'
import { callFixture, describePureRunner } from '../../contracts/pure-runner.contract.ts'

const fixture = new URL(`./fixture-topology${import.meta.url.slice(-3)}`, import.meta.url).href

const createRunner = (changes: Partial<WorkerPureRunnerOptions> = {}): PureRunner =>
  createWorkerPureRunner({
    module: fixture,
    exportName: 'createFixtureTopology',
    options: { add: 10 },
    clock: systemClock,
    threads: 2,
    ...changes,
  })

describePureRunner('the worker runner', () => createRunner())

describe('the worker runner', () => {
  let runner: PureRunner
  afterEach(() => runner.close())

  const overran = (limit: PureOverrun['limit']) => (error: unknown) =>
    error instanceof PureOverrun && error.limit === limit

  it('ends a call that passes its deadline, and no other', async () => {
    runner = createRunner({ threads: 1 })
    await callFixture(runner, ['add'])
    const spinning = callFixture(runner, ['spin'], 1, 100)
    const behind = Promise.all([1, 2, 3].map((value) => callFixture(runner, ['double'], value)))
    await assert.rejects(spinning, overran('deadline'))
    const values = (await behind).map(({ outcome }) =>
      outcome.kind === 'forward' ? outcome.values : [],
    )
    assert.deepEqual(values, [[2], [4], [6]])
  })

  it('makes announced stages before a call wants them, and only once', async () => {
    const made = new SharedArrayBuffer(4)
    runner = createRunner({ threads: 1, options: { add: 10, made } })
    runner.prepare('part', ['told'])
    assert.notEqual(Atomics.wait(new Int32Array(made), 0, 0, 20_000), 'timed-out')
    await callFixture(runner, ['told'])
    assert.equal(new Int32Array(made)[0], 1)
  })

  it('does not count the time that a thread needs to load', async () => {
    const clock = createManualClock()
    const gate = new SharedArrayBuffer(4)
    const state = new Int32Array(gate)
    runner = createRunner({ threads: 1, clock, options: { add: 10, gate } })
    const called = callFixture(runner, ['slow to make'], 1, 50)
    clock.advance(10)
    while (Atomics.load(state, 0) === 0) await new Promise((resolve) => setImmediate(resolve))
    for (let looks = 0; looks < 20; looks++) clock.advance(50)
    Atomics.store(state, 0, 2)
    Atomics.notify(state, 0)
    assert.equal((await called).outcome.kind, 'forward')
  })

  it('ends a call that takes too much memory, and no other', async () => {
    runner = createRunner({ threads: 1, memoryMb: 32 })
    await callFixture(runner, ['add'])
    const bombing = callFixture(runner, ['bomb'])
    const behind = callFixture(runner, ['double'], 4)
    await assert.rejects(bombing, overran('memory'))
    const { outcome } = await behind
    assert.deepEqual({ ...outcome }, { kind: 'forward', values: [8] })
  })

  it('fails the call whose stage ends the thread, and goes on', async () => {
    runner = createRunner({ threads: 1 })
    await assert.rejects(callFixture(runner, ['exit']), /ended by itself/)
    await callFixture(runner, ['add'])
  })

  it('makes a stage once per thread', async () => {
    runner = createRunner({ threads: 1 })
    await callFixture(runner, ['counted'])
    const { outcome } = await callFixture(runner, ['counted'])
    assert.deepEqual({ ...outcome }, { kind: 'forward', values: [2] })
  })

  it('collects garbage on a thread now and then, however little it leaves', async () => {
    runner = createRunner({ threads: 1 })
    const collections = async (): Promise<unknown> => {
      const { outcome } = await callFixture(runner, ['collections'])
      return outcome.kind === 'forward' ? outcome.values[0] : undefined
    }
    assert.equal(await collections(), 0)
    await Promise.all(Array.from({ length: 1500 }, collections))
    assert.equal(await collections(), 1)
  })

  it('moves large bytes to the thread and back instead of copying them', async () => {
    runner = createRunner()
    const bytes = new Uint8Array(1_000_000).fill(1)
    const sum = await callFixture(runner, ['checksum'], { bytes })
    assert.deepEqual({ ...sum.outcome }, { kind: 'forward', values: [1_000_000 & 0xffff] })
    assert.equal(bytes.length, 0)
    const { outcome } = await callFixture(runner, ['fill'], 200_000)
    assert.ok(outcome.kind === 'forward')
    const [filled] = outcome.values as readonly { readonly bytes: Uint8Array }[]
    assert.equal(filled?.bytes.length, 200_000)
    assert.equal(filled?.bytes[199_999], 7)
  })

  it('leaves the memory around a part of it alone', async () => {
    runner = createRunner()
    const whole = Buffer.alloc(500_000, 2)
    const part = whole.subarray(100_000, 300_000)
    const { outcome } = await callFixture(runner, ['checksum'], { bytes: part })
    assert.deepEqual({ ...outcome }, { kind: 'forward', values: [400_000 & 0xffff] })
    assert.equal(whole.length, 500_000)
  })

  it('fails a call whose value or result cannot go between threads', async () => {
    runner = createRunner()
    await assert.rejects(callFixture(runner, ['add'], () => 1))
    await assert.rejects(callFixture(runner, ['uncloneable']))
    await callFixture(runner, ['add'])
  })

  it('fails every call when the topology cannot be loaded', async () => {
    runner = createRunner({ exportName: 'missing' })
    await assert.rejects(callFixture(runner, ['add']), /does not export missing/)
    await assert.rejects(callFixture(runner, ['add']), /does not export missing/)
  })

  it('fails what is waiting when it is closed', async () => {
    runner = createRunner({ threads: 1 })
    const calls = [1, 2, 3, 4].map(() => callFixture(runner, ['spin']))
    const settled = Promise.allSettled(calls)
    await runner.close()
    for (const each of await settled) assert.equal(each.status, 'rejected')
    await assert.rejects(callFixture(runner, ['add']), /closed/)
  })
})
