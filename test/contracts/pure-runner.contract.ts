import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { Rejected } from '../../topology/model/failure.ts'
import type { PureRunner } from '../../topology/ports/pure-runner.ts'

/** Calls a chain of the fixture topology. */
export const callFixture = (
  runner: PureRunner,
  nodes: readonly string[],
  value: unknown = 1,
  deadlineMs = 60_000,
) =>
  runner.run({
    subTopology: 'part',
    nodes,
    value,
    context: { attempt: 1, key: 'k', timestamp: 1 },
    deadlineMs,
  })

/** What every pure runner must do with the fixture topology, where `add` adds 10. */
export const describePureRunner = (name: string, create: () => PureRunner): void => {
  describe(`${name} as a pure runner`, () => {
    let runner: PureRunner
    before(() => {
      runner = create()
    })
    after(() => runner.close())

    const outcomeOf = async (...nodes: readonly string[]) => {
      const { node, outcome } = await callFixture(runner, nodes)
      return { node, outcome: { ...outcome } }
    }

    it('runs fused stages one after the other', async () => {
      assert.deepEqual(await outcomeOf('add', 'later', 'double'), {
        node: 'double',
        outcome: { kind: 'forward', values: [22] },
      })
    })

    it('takes it when stages are announced, even such as cannot be made', async () => {
      runner.prepare('part', ['add', 'later'])
      runner.prepare('part', ['broken'])
      runner.prepare('nowhere', ['add'])
      const { outcome } = await outcomeOf('add', 'later')
      assert.deepEqual(outcome, { kind: 'forward', values: [11] })
      await assert.rejects(callFixture(runner, ['broken']), { name: 'TypeError' })
    })

    it('answers many calls at once, each with its own result', async () => {
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, index) => callFixture(runner, ['add'], index)),
      )
      assert.deepEqual(
        results.map(({ outcome }) => (outcome.kind === 'forward' ? outcome.values[0] : undefined)),
        Array.from({ length: 100 }, (_, index) => index + 10),
      )
    })

    it('stops at a drop, a dead letter and a forward of nothing', async () => {
      const failure = { disposition: 'POISON', code: 'odd', message: 'odd' }
      assert.deepEqual(await outcomeOf('drop', 'double'), {
        node: 'drop',
        outcome: { kind: 'drop', reason: 'stale', facts: { counts: { seen: 1 } } },
      })
      assert.deepEqual(await outcomeOf('dead', 'double'), {
        node: 'dead',
        outcome: { kind: 'dead-letter', failure },
      })
      assert.deepEqual(await outcomeOf('none', 'double'), {
        node: 'none',
        outcome: { kind: 'forward', values: [] },
      })
    })

    it('forwards several values from the last stage only', async () => {
      const { outcome } = await outcomeOf('add', 'twice')
      assert.deepEqual(outcome, { kind: 'forward', values: [11, 11] })
      await assert.rejects(callFixture(runner, ['twice', 'add']), /several values/)
    })

    it('keeps what earlier stages reported', async () => {
      const { outcome } = await outcomeOf('facts', 'facts')
      assert.ok(outcome.kind === 'forward')
      assert.equal(outcome.facts?.counts?.['seen'], 2)
      assert.equal(outcome.failures?.length, 2)
      const dropped = await outcomeOf('facts', 'drop')
      assert.ok(dropped.outcome.kind === 'drop')
      assert.equal(dropped.outcome.facts?.counts?.['seen'], 2)
    })

    it('throws what a stage throws, as what it was', async () => {
      await assert.rejects(callFixture(runner, ['throw']), (error) => {
        assert.ok(error instanceof Error)
        assert.equal(error.name, 'TypeError')
        assert.match(error.stack ?? '', /fixture-topology/)
        return true
      })
      await assert.rejects(
        callFixture(runner, ['reject']),
        (error) => error instanceof Rejected && error.failure.code === 'odd',
      )
    })

    it('throws for stages that do not exist or cannot be made, and goes on', async () => {
      await assert.rejects(callFixture(runner, ['nowhere']), /no pure stage nowhere/)
      await assert.rejects(callFixture(runner, ['broken']))
      await callFixture(runner, ['add'])
    })
  })
}
