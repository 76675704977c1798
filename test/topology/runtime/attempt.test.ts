import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Fault, Rejected } from '../../../topology/model/failure.ts'
import { PureOverrun } from '../../../topology/ports/pure-runner.ts'
import { Abandoned, attempt, type Tried } from '../../../topology/runtime/attempt.ts'
import { Lifetime, type Call } from '../../../topology/runtime/lifetime.ts'
import { advance, settle } from '../../../topology/testing/settle.ts'
import { aPartEnvironment } from './a-part-environment.ts'

/** Starts attempts at work that behaves as `run` says. */
const start = (
  run: (call: Call) => Promise<string>,
  timeoutMs: number | null = 500,
  set = aPartEnvironment(),
  pure = false,
) => {
  const lifetime = new Lifetime()
  const calls: Call[] = []
  let result: Tried<string> | undefined
  let thrown: unknown
  attempt(set.env, {
    stage: 'stage',
    timeoutMs: timeoutMs ?? undefined,
    pure,
    lifetime,
    run: async (call) => {
      calls.push(call)
      return run(call)
    },
  }).then(
    (tried) => (result = tried),
    (error: unknown) => (thrown = error),
  )
  return { ...set, lifetime, calls, result: () => result, thrown: () => thrown }
}

const failureOf = (tried: Tried<string> | undefined) => {
  assert.equal(tried?.kind, 'failed')
  return tried?.kind === 'failed' ? tried.failure : undefined
}

const never = (): Promise<never> => new Promise(() => {})

describe('An attempt', () => {
  it('gives the value back', async () => {
    const { result } = start(async () => 'value')
    await settle()
    assert.deepEqual(result(), { kind: 'ok', value: 'value' })
  })

  it('tries again after a transient fault, with back-off', async () => {
    const { clock, calls, result, events } = start(async ({ attempt: count }) => {
      if (count === 1) throw new Fault('transient', 'store', 'again')
      return 'value'
    })
    await advance(clock, 99)
    assert.equal(calls.length, 1)
    await advance(clock, 1)
    assert.equal(calls.length, 2)
    assert.equal(result()?.kind, 'ok')
    assert.deepEqual(
      events.map((event) => event.kind === 'retry' && event.reason),
      ['again'],
    )
  })

  it('opens the breaker after too many transient faults, and never gives up', async () => {
    const { clock, env, calls, result } = start(async ({ attempt: count }) => {
      if (count < 40) throw new Fault('transient', 'store', 'again')
      return 'value'
    })
    await advance(clock, 300)
    assert.equal(calls.length, 3)
    assert.ok(env.breaker.open)
    await advance(clock, 60_000)
    assert.equal(result()?.kind, 'ok')
  })

  it('waits behind the breaker while a dependency is down', async () => {
    const { clock, env, calls, result } = start(async ({ attempt: count }) => {
      if (count === 1) throw new Fault('dependency-down', 'store', 'down')
      return 'value'
    })
    await settle()
    assert.ok(env.breaker.open)
    assert.equal(calls.length, 1)
    await advance(clock, 100)
    assert.equal(result()?.kind, 'ok')
    assert.equal(env.breaker.open, false)
  })

  it('opens the breaker again when the probe meets a transient fault, for longer', async () => {
    const { clock, env, calls, result } = start(async ({ attempt: count }) => {
      if (count === 1) throw new Fault('dependency-down', 'store', 'down')
      if (count === 2) throw new Fault('transient', 'store', 'not quite up')
      return 'value'
    })
    await advance(clock, 100)
    assert.equal(calls.length, 2)
    assert.equal(env.breaker.state, 'open')
    await advance(clock, 199)
    assert.equal(calls.length, 2)
    await advance(clock, 1)
    assert.equal(result()?.kind, 'ok')
    assert.equal(env.breaker.state, 'closed')
  })

  it('lets the next one probe when the probe is given up or takes too long', async () => {
    for (const end of ['lost', 'late'] as const) {
      const { clock, env, calls, lifetime } = start(async ({ attempt: count }) => {
        if (count === 1) throw new Fault('dependency-down', 'store', 'down')
        return never()
      })
      await settle()
      let probes = 0
      void env.breaker.enter().then((probing) => (probes += Number(probing)))
      await advance(clock, 100)
      assert.equal(calls.length, 2)
      assert.equal(probes, 0)
      if (end === 'lost') lifetime.end()
      else await advance(clock, 500)
      await settle()
      assert.equal(probes, 1)
      assert.equal(env.breaker.state, 'half-open')
    }
  })

  it('runs pure work while a dependency is down, which does not show that it is back', async () => {
    const set = aPartEnvironment()
    const down = async (): Promise<never> => {
      throw new Fault('dependency-down', 'store', 'down')
    }
    start(down, null, set)
    await advance(set.clock, 100)
    const { result } = start(async () => 'value', null, set, true)
    await settle()
    assert.equal(result()?.kind, 'ok')
    assert.equal(set.env.breaker.open, true)
  })

  it('leaves the breaker half-open while pure work ends beside the probe', async () => {
    const set = aPartEnvironment()
    start(
      async ({ attempt: count }) => {
        if (count === 1) throw new Fault('dependency-down', 'store', 'down')
        return never()
      },
      null,
      set,
    )
    await advance(set.clock, 100)
    assert.equal(set.env.breaker.state, 'half-open')
    start(async () => 'value', null, set, true)
    await settle()
    assert.equal(set.env.breaker.state, 'half-open')
  })

  it('ends the process on a fatal fault, and gives the work up', async () => {
    const { failures, thrown } = start(async () => {
      throw new Fault('fatal', 'store', 'disk full')
    })
    await settle()
    assert.equal(failures[0]?.message, 'disk full')
    assert.ok(thrown() instanceof Abandoned)
  })

  it('takes a rejection as it is, at once', async () => {
    const failure = { disposition: 'NOT_FOUND', code: 'gone', message: 'gone' } as const
    const { result, calls } = start(async () => {
      throw new Rejected(failure)
    })
    await settle()
    assert.equal(failureOf(result()), failure)
    assert.equal(calls.length, 1)
  })

  it('reports a bug with its place in the code and without its message', async () => {
    const { result } = start(async () => {
      throw new TypeError('secret text of a document')
    })
    await settle()
    const failure = failureOf(result())
    assert.equal(failure?.disposition, 'BUG')
    assert.match(failure?.message ?? '', /TypeError at attempt\.test\.[jt]s:\d+/)
    assert.doesNotMatch(failure?.message ?? '', /secret/)
  })

  it('aborts what takes too long, tries again, then gives a time-out', async () => {
    const { clock, calls, result } = start(never)
    await advance(clock, 500)
    assert.ok(calls[0]?.signal.aborted)
    await advance(clock, 100)
    assert.equal(calls.length, 2)
    await advance(clock, 500)
    assert.equal(failureOf(result())?.disposition, 'TIMEOUT')
    assert.equal(clock.next, undefined)
  })

  it('sets no deadline where there is none', () => {
    const { clock } = start(never, null)
    assert.equal(clock.next, undefined)
  })

  it('tells a deadline of the processor from too little memory', async () => {
    for (const [limit, disposition] of [
      ['deadline', 'TIMEOUT'],
      ['memory', 'OVERSIZE'],
    ] as const) {
      const { result } = start(async () => {
        throw new PureOverrun(limit, 'over')
      })
      await settle()
      assert.equal(failureOf(result())?.disposition, disposition)
    }
  })

  it('gives up when the partition is lost, at work or between attempts', async () => {
    const working = start(never)
    working.lifetime.end()
    await settle()
    assert.ok(working.thrown() instanceof Abandoned)
    assert.ok(working.calls[0]?.signal.aborted)
    const waiting = start(async () => {
      throw new Fault('transient', 'store', 'again')
    })
    await settle()
    waiting.lifetime.end()
    await settle()
    assert.ok(waiting.thrown() instanceof Abandoned)
    assert.equal(waiting.clock.next, undefined)
  })
})
