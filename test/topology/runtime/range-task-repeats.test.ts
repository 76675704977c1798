import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Fault } from '../../../topology/model/failure.ts'
import { encodeReplay, replayHeader } from '../../../topology/model/replay.ts'
import type { RangeSink } from '../../../topology/model/stage.ts'
import type { CommittedOffset, RecordLog } from '../../../topology/ports/record-log.ts'
import { settle } from '../../../topology/testing/settle.ts'
import { inMemoryObjectStore } from '../../builders/in-memory-object-store.ts'
import { aRangeEngine, nothing } from './a-range-engine.ts'
import type { EngineOptions } from './an-engine.ts'

/** Sees every commit on its way to the log; one that it answers with `lost` is neither carried out nor answered. */
const onCommit =
  (see: (offset: CommittedOffset) => unknown) =>
  (log: RecordLog): RecordLog => ({
    ...log,
    ensureTopics: (topics) => log.ensureTopics(topics),
    atomicCommit: false,
    join: async (group, topics) => {
      const consumer = await log.join(group, topics)
      const commit: typeof consumer.commit = (transaction) =>
        transaction.offsets.map(see).includes('lost')
          ? new Promise(() => {})
          : consumer.commit(transaction)
      const { poll, pause, resume, readState, leave } = consumer
      return { poll, pause, resume, commit, readState, leave }
    },
  })

describe('A range task on a log that may hold a record twice', () => {
  const log = { atomicCommit: false }

  /** A sink that tells records apart by their text, on the store that it shares with its successors. */
  const aSiftingEngine = (
    options: EngineOptions & { readonly write?: RangeSink<string>['write'] } = {},
  ) => {
    const objects = options.objects ?? inMemoryObjectStore()
    return aRangeEngine(options.write, { log, objects, ...options }, (text) => text)
  }

  it('leaves out what comes again, in the same range and in later ones, and says how much', async () => {
    const objects = inMemoryObjectStore()
    const engine = await aSiftingEngine({ objects })
    for (const value of 'abacbcd') engine.put('k', value)
    await engine.wait(engine.running.drained())
    assert.deepEqual(engine.ranges, [
      [0, 3, 'ab'],
      [3, 6, 'c'],
      [6, 7, 'd'],
    ])
    assert.equal(await engine.committed(), 7)
    assert.equal(objects.objects.size, 1)
    const dropped = engine.events.filter(
      (event) =>
        event.kind === 'finished' && event.outcome === 'dropped' && event.reason === 'repeated',
    )
    assert.equal(dropped.length, 3)
    assert.equal(engine.events.filter(({ kind }) => kind === 'finished').length, 7)
  })

  it('commits past a range that holds nothing else', async () => {
    const engine = await aSiftingEngine()
    for (const value of 'abcabc') engine.put('k', value)
    await engine.wait(engine.running.drained())
    assert.deepEqual(engine.ranges, [
      [0, 3, 'abc'],
      [3, 6, ''],
    ])
    assert.equal(await engine.committed(), 6)
  })

  it('leaves out what an earlier owner took', async () => {
    const objects = inMemoryObjectStore()
    const engine = await aSiftingEngine({ objects })
    for (const value of 'abc') engine.put('k', value)
    await settle()
    await engine.wait(engine.running.kill())
    for (const value of 'bcd') engine.put('k', value)
    const next = await aSiftingEngine({ onto: engine, objects })
    await next.wait(next.running.drained())
    assert.deepEqual(next.ranges, [[3, 6, 'd']])
  })

  it('writes a claimed range again as it was, also when what it took had been kept', async () => {
    const objects = inMemoryObjectStore()
    const first = await aSiftingEngine({ objects })
    for (const value of 'abc') first.put('k', value)
    await settle()
    await first.wait(first.running.kill())
    for (const value of 'ade') first.put('k', value)
    // Its commit of the range never comes to the log.
    const tamper = onCommit(({ offset }) => (offset === 6 ? 'lost' : 'seen'))
    const second = await aSiftingEngine({ onto: first, objects, tamper })
    await settle()
    assert.deepEqual(second.ranges, [[3, 6, 'de']])
    await second.wait(second.running.kill())
    assert.equal(await second.committed(), 3)
    const third = await aSiftingEngine({ onto: first, objects })
    await third.wait(third.running.drained())
    assert.deepEqual(third.ranges, [[3, 6, 'de']])
  })

  it('keeps what it took before it commits the range, and the one before until then', async () => {
    const objects = inMemoryObjectStore()
    const kept: (readonly [number, number])[] = []
    const tamper = onCommit(({ offset }) => kept.push([offset, objects.objects.size]))
    const engine = await aSiftingEngine({ objects, tamper })
    for (const value of 'abcdef') engine.put('k', value)
    await engine.wait(engine.running.drained())
    // Each range is claimed at its start, then committed.
    assert.deepEqual(kept, [
      [0, 0],
      [3, 1],
      [3, 1],
      [6, 2],
    ])
    assert.equal(objects.objects.size, 1)
  })

  it('tries another copy of what failed', async () => {
    let failing = true
    const engine = await aSiftingEngine({
      write: async ({ records }) => {
        const failure = { disposition: 'POISON', code: 'planted', message: 'm' } as const
        return failing
          ? { ...nothing, failures: records.map(({ offset }) => ({ offset, failure })) }
          : nothing
      },
    })
    for (const value of 'abc') engine.put('k', value)
    await settle()
    failing = false
    for (const value of 'abc') engine.put('k', value)
    await engine.wait(engine.running.drained())
    assert.deepEqual(engine.ranges.at(-1), [3, 6, 'abc'])
  })

  it('takes what came back from its dead letters, although it is the same', async () => {
    const engine = await aSiftingEngine()
    const replay = encodeReplay({ subTopology: 'part', count: 1 })
    engine.put('k', 'a')
    engine.put('k', 'a', { [replayHeader]: replay })
    engine.put('k', 'a')
    await engine.wait(engine.running.drained())
    assert.deepEqual(engine.ranges, [[0, 3, 'aa']])
  })

  it('makes one dead letter of two copies in a range that cannot be written at all', async () => {
    const engine = await aSiftingEngine({
      write: async () => {
        throw new TypeError('bug')
      },
    })
    for (const value of 'aba') engine.put('k', value)
    await engine.wait(engine.running.drained())
    assert.equal(engine.deadLetters().length, 2)
  })

  it('waits for a store that is away, and ends no record', async () => {
    const objects = inMemoryObjectStore()
    let calls = 0
    const put: typeof objects.put = async (...given) => {
      if (++calls < 10) throw new Fault('dependency-down', 'object-store', 'down')
      return objects.put(...given)
    }
    const engine = await aSiftingEngine({ objects: { ...objects, put } })
    for (const value of 'aab') engine.put('k', value)
    await engine.wait(engine.running.drained())
    assert.deepEqual(engine.ranges, [[0, 3, 'ab']])
    assert.deepEqual(engine.deadLetters(), [])
    assert.equal(objects.objects.size, 1)
  })

  it('keeps nothing and leaves nothing out where commits are atomic', async () => {
    const objects = inMemoryObjectStore()
    const engine = await aSiftingEngine({ objects, log: { atomicCommit: true } })
    for (const value of 'aab') engine.put('k', value)
    await engine.wait(engine.running.drained())
    assert.deepEqual(engine.ranges, [[0, 3, 'aab']])
    assert.deepEqual(objects.puts, [])
  })
})
