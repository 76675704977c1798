import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { ItemAnswer, PoolItem } from '../../../gpu-runners/batching/item.ts'
import { DEFAULT_POOL_OPTIONS } from '../../../gpu-runners/batching/options.ts'
import type { PoolOptions } from '../../../gpu-runners/batching/options.ts'
import { createInferencePool } from '../../../gpu-runners/batching/pool.ts'
import type { DeadlineClass } from '../../../topology/model/deadline-class.ts'
import { createMockModel } from './mock-model.ts'
import { createSteppedClock } from './stepped-clock.ts'

/** A model of one instance that takes 20 ms for a full batch of 64 items of 10 tokens, with all its requests. */
const onMock = (changes: Partial<PoolOptions> = {}) => {
  const clock = createSteppedClock()
  const mock = createMockModel(clock, { a: 4, b: 0.025, rttMs: 1 })
  const sent: { readonly at: number; readonly deadlines: readonly DeadlineClass[] }[] = []
  const pool = createInferencePool<PoolItem, number>({
    clock,
    options: { ...DEFAULT_POOL_OPTIONS, cost: 'sum', lingerMs: 5, ...changes },
    infer: (items): Promise<readonly ItemAnswer<number>[]> => {
      sent.push({ at: clock.now(), deadlines: items.map(({ deadline = 'bulk' }) => deadline) })
      return mock.infer(items)
    },
  })
  const submit = (deadline: DeadlineClass, count: number, rest: Partial<PoolItem> = {}) =>
    pool.submitAll(
      Array.from({ length: count }, () => ({ tokens: 10, bytes: 10, deadline, ...rest })),
    )
  const classes = (): readonly string[] =>
    sent.map(({ deadlines }) => [...new Set(deadlines)].join(' and '))
  return { clock, pool, submit, sent, classes }
}

const BATCH_MS = 22

describe('the deadline classes of a pool', () => {
  it('let what somebody waits for leave with the next request, whatever waits besides', async () => {
    const { clock, submit, sent, classes } = onMock()
    void submit('bulk', 2_000)
    await clock.advance(95)
    const before = sent.length
    const asked = clock.now()
    let waited = Infinity
    void submit('interactive', 1).then(() => (waited = clock.now() - asked))
    await clock.advance(5 * BATCH_MS)
    assert.equal(classes()[before], 'interactive')
    const [next] = sent.slice(before)
    assert.ok(next!.at - asked <= BATCH_MS, `left after ${next!.at - asked} ms`)
    // One that was being computed, one that waited at the server, and its own.
    assert.ok(waited <= 3 * BATCH_MS, `answered after ${waited} ms`)
  })

  it('let nobody who waits linger for company', async () => {
    const { submit, sent } = onMock({ lingerMs: 1_000 })
    void submit('interactive', 1)
    assert.equal(sent.length, 1)
  })

  it('do not mix, so that what somebody waits for is not padded or held up', async () => {
    const { clock, submit, classes } = onMock()
    for (let i = 0; i < 20; i++) {
      void submit('bulk', 100)
      void submit('interactive', 3)
      await clock.advance(7)
    }
    await clock.advance(2_000)
    assert.deepEqual([...new Set(classes())].sort(), ['bulk', 'interactive'])
  })

  it('leave every fourth request to the bulk, however much somebody waits for', async () => {
    const { clock, submit, classes } = onMock()
    void submit('bulk', 64 * 8)
    void submit('interactive', 64 * 30)
    await clock.advance(30 * BATCH_MS)
    const first = classes().slice(0, 24)
    const places = first.flatMap((each, i) => (each === 'bulk' ? [i] : []))
    assert.ok(places.length >= 5, first.join(' '))
    for (const [i, place] of places.entries())
      assert.ok(place - (places[i - 1] ?? -1) <= 4, first.join(' '))
  })

  it('have room of their own: a full pool keeps nobody at the door who waits', async () => {
    const { clock, submit, classes } = onMock({ maxItems: 128, lingerMs: 0 })
    void submit('bulk', 1_000)
    await clock.advance(5)
    const before = classes().length
    void submit('interactive', 1)
    await clock.advance(BATCH_MS)
    assert.equal(classes()[before], 'interactive')
  })

  it('hasten what waits with the bulk once somebody waits for the same', async () => {
    const { clock, submit, sent } = onMock()
    void submit('bulk', 64 * 20)
    const early = submit('bulk', 1, { contentKey: 'same', tokens: 9 })
    await clock.advance(5)
    const before = sent.length
    const asked = clock.now()
    const [first] = await Promise.all([
      submit('interactive', 1, { contentKey: 'same', tokens: 9 }).then(() => clock.now() - asked),
      early,
      clock.advance(4 * BATCH_MS),
    ])
    assert.equal(sent[before]?.deadlines.length, 1)
    assert.ok(first <= 3 * BATCH_MS, `${first} ms`)
  })

  it('decide every item once, whoever gives up, and end with nothing inside', async () => {
    const step = fc.record({
      deadline: fc.constantFrom('bulk' as const, 'interactive' as const),
      count: fc.integer({ min: 1, max: 90 }),
      content: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
      leaves: fc.boolean(),
      pause: fc.integer({ min: 0, max: 30 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const { clock, pool } = onMock({ maxItems: 150 })
        const ends: Promise<number>[] = []
        for (const { deadline, count, content, leaves, pause } of steps) {
          const abort = new AbortController()
          const key = content === undefined ? {} : { contentKey: content }
          const items = Array.from({ length: count }, () => ({
            tokens: 10,
            bytes: 10,
            deadline,
            ...key,
          }))
          ends.push(
            pool.submitAll(items, abort.signal).then(
              (outcomes) => outcomes.filter(({ kind }) => kind === 'ok').length - count,
              () => (leaves ? 0 : -1),
            ),
          )
          await clock.advance(pause)
          if (leaves) abort.abort(new Error('enough'))
        }
        await clock.advance(10_000)
        assert.deepEqual(
          await Promise.all(ends),
          steps.map(() => 0),
        )
        const { waiting, inFlight } = pool.statistics()
        assert.deepEqual({ waiting, inFlight }, { waiting: 0, inFlight: 0 })
      }),
      { numRuns: 60 },
    )
  })
})
