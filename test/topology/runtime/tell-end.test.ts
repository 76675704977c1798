import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Fault, type Failure } from '../../../topology/model/failure.ts'
import { deadLetter, drop, forward } from '../../../topology/model/outcome.ts'
import type { LogConsumer, RecordLog } from '../../../topology/ports/record-log.ts'
import type { TelemetryEvent } from '../../../topology/ports/telemetry.ts'
import { advance, settle } from '../../../topology/testing/settle.ts'
import { inMemoryObjectStore } from '../../builders/in-memory-object-store.ts'
import { aRangeEngine, nothing } from './a-range-engine.ts'
import { anEngine, asking, output, type EngineOptions } from './an-engine.ts'

const failure: Failure = { disposition: 'POISON', code: 'planted', message: 'm' }

/** Stands between the engine and its log: `around` gets each commit with its number, from 1. */
const commitsBy =
  (around: (count: number, commit: () => ReturnType<LogConsumer['commit']>) => unknown) =>
  (log: RecordLog): RecordLog => ({
    ...log,
    ensureTopics: (topics) => log.ensureTopics(topics),
    atomicCommit: log.atomicCommit,
    join: async (group, topics) => {
      const consumer = await log.join(group, topics)
      let count = 0
      const commit: LogConsumer['commit'] = async (transaction) =>
        around(++count, () => consumer.commit(transaction)) as ReturnType<LogConsumer['commit']>
      const { poll, pause, resume, readState, leave } = consumer
      return { poll, pause, resume, commit, readState, leave }
    },
  })

/** The commit of that number comes to the log when it is let through, or is answered then. */
const holding = (number: number, what: 'request' | 'answer' = 'request') => {
  let letThrough = (): void => {}
  const through = new Promise<void>((resolve) => (letThrough = resolve))
  const tamper = commitsBy(async (count, commit) => {
    if (count === number && what === 'request') await through
    const answer = await commit()
    if (count === number) await through
    return answer
  })
  return { tamper, letThrough: () => letThrough() }
}

const ends = (engine: { readonly events: readonly TelemetryEvent[] }): readonly string[] =>
  engine.events.flatMap((event) => {
    if (event.kind === 'dead-letter') return [`letter ${event.code}`]
    if (event.kind !== 'finished') return []
    const { outcome, reason, counts = [] } = event
    const figures = [...counts].map(([name, value]) => `${name} ${value}`)
    return [[outcome, ...(reason === undefined ? [] : [reason]), ...figures].join(' ')]
  })

/** Forwards, drops or fails a text as it says itself. */
const anyEnd = (options?: EngineOptions) =>
  anEngine(
    (source) =>
      source
        .via(
          asking(async (value) => {
            if (value === 'drop') return drop('unwanted')
            if (value === 'dead') return deadLetter(failure)
            if (value === 'part') return forward(value, { failures: [failure] })
            if (value === 'hang') return new Promise(() => {})
            return forward(value, { facts: { counts: { letters: value.length } } })
          }),
        )
        .to(output),
    options,
  )

describe('The end of a record', () => {
  it('is told once it is committed, with its reason, its figures and its dead letters', async () => {
    const { tamper, letThrough } = holding(1)
    const engine = await anyEnd({ tamper })
    for (const value of ['fine', 'drop', 'dead', 'part']) engine.put(value, value)
    await settle()
    assert.deepEqual(ends(engine), [])
    letThrough()
    await settle()
    assert.deepEqual(ends(engine), [
      'forwarded letters 4',
      'dropped unwanted',
      'letter planted',
      'dead planted',
      'letter planted',
      'forwarded planted',
    ])
  })

  it('is told of what is done beyond the position, once a commit says so', async () => {
    const engine = await anyEnd()
    for (const value of ['hang', 'fine']) engine.put(value, value)
    await settle()
    assert.equal(await engine.committed(), 0)
    assert.deepEqual(ends(engine), ['forwarded letters 4'])
    const next = await anyEnd({ onto: engine })
    await engine.wait(engine.running.kill())
    await advance(next.clock, 20_000)
    assert.deepEqual(ends(next), [], 'the next owner passes over it')
  })

  it('is told by who did it last, when the partition was lost before it was committed', async () => {
    const { tamper, letThrough } = holding(1)
    const one = await anyEnd({ tamper })
    for (const value of ['fine', 'dead']) one.put(value, value)
    await settle()
    const other = await anyEnd({ onto: one })
    await advance(one.clock, 5_000)
    letThrough()
    await one.wait(Promise.all([one.running.drained(), other.running.drained()]))
    assert.ok(one.events.some(({ kind }) => kind === 'fenced'))
    assert.deepEqual(
      [...ends(one), ...ends(other)],
      ['forwarded letters 4', 'letter planted', 'dead planted'],
    )
  })

  it('is told by who committed it, although the answer came when the partition was lost', async () => {
    const { tamper, letThrough } = holding(1, 'answer')
    const one = await anyEnd({ tamper })
    one.put('a', 'fine')
    await settle()
    const other = await anyEnd({ onto: one })
    await advance(one.clock, 5_000)
    letThrough()
    await one.wait(Promise.all([one.running.drained(), other.running.drained()]))
    assert.deepEqual([ends(one), ends(other)], [['forwarded letters 4'], []])
  })

  it('is told once when the commit has to be sent again', async () => {
    const tamper = commitsBy((count, commit) => {
      if (count === 1) throw new Fault('transient', 'record-log', 'again')
      return commit()
    })
    const engine = await anyEnd({ tamper })
    engine.put('a', 'fine')
    await engine.wait(engine.running.drained())
    assert.deepEqual(ends(engine), ['forwarded letters 4'])
  })

  it('is told before the engine says that it is drained, or that it has stopped', async () => {
    const engine = await anyEnd()
    engine.put('a', 'fine')
    await engine.wait(engine.running.drained())
    assert.deepEqual(ends(engine), ['forwarded letters 4'])
    engine.put('a', 'drop')
    await settle()
    await engine.wait(engine.running.stop())
    assert.deepEqual(ends(engine), ['forwarded letters 4', 'dropped unwanted'])
  })

  it('is never told when the process was killed before it was committed', async () => {
    const { tamper, letThrough } = holding(1)
    const engine = await anyEnd({ tamper })
    engine.put('a', 'dead')
    await settle()
    await engine.wait(engine.running.kill())
    letThrough()
    await advance(engine.clock, 10_000)
    assert.deepEqual(ends(engine), [])
  })
})

describe('The end of a range', () => {
  const log = { atomicCommit: false }
  const failing: Parameters<typeof aRangeEngine>[0] = async ({ records }) => ({
    ...nothing,
    failures: records.flatMap(({ offset, value }) => (value === 'b' ? [{ offset, failure }] : [])),
  })
  const told = ['letter planted', 'dropped repeated', 'dead', 'forwarded']

  it('is told once it is committed, and not when it is claimed or written', async () => {
    const { tamper, letThrough } = holding(2)
    const objects = inMemoryObjectStore()
    const engine = await aRangeEngine(failing, { log, objects, tamper }, (text) => text)
    for (const value of 'aba') engine.put('k', value)
    await settle()
    assert.equal(engine.ranges.length, 1)
    assert.deepEqual(ends(engine), [])
    letThrough()
    await settle()
    assert.deepEqual(ends(engine), told)
  })

  it('is told by who did it last, when the partition was lost before it was committed', async () => {
    const { tamper, letThrough } = holding(2)
    const objects = inMemoryObjectStore()
    const one = await aRangeEngine(failing, { log, objects, tamper }, (text) => text)
    for (const value of 'aba') one.put('k', value)
    await settle()
    const other = await aRangeEngine(failing, { onto: one, objects }, (text) => text)
    await advance(one.clock, 5_000)
    letThrough()
    await one.wait(Promise.all([one.running.drained(), other.running.drained()]))
    assert.ok(one.events.some(({ kind }) => kind === 'fenced'))
    assert.deepEqual([...ends(one), ...ends(other)], told)
  })
})
