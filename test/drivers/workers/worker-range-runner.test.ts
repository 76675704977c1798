import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'mocha'
import { createWorkerRangeRunner } from '../../../drivers/workers/worker-range-runner.ts'
import { Fault, Rejected } from '../../../topology/model/failure.ts'
import { packLogRecords } from '../../../topology/model/pack-records.ts'
import type { TopicName } from '../../../topology/model/record.ts'
import type { LogRecord } from '../../../topology/ports/record-log.ts'
import type { RangeRunner } from '../../../topology/ports/range-runner.ts'

const fixture = new URL(`./fixture-ranges${import.meta.url.slice(-3)}`, import.meta.url).href
const partition = { topic: 'in' as TopicName, partition: 3 }

/** Its key and value lie in the middle of larger memory, as those of a log do. */
const aRecord = (offset: number, text: string | null): LogRecord => {
  const memory = Buffer.from(`before key${offset} ${text ?? ''} behind`)
  return {
    offset,
    key: memory.subarray(7, 11),
    value: text === null ? null : memory.subarray(12, 12 + text.length),
    timestamp: 1_700_000_000_000 + offset,
    headers: text === 'with' ? { trace: Buffer.from('a header').subarray(2) } : {},
  }
}

describe('the range runner on a thread', () => {
  let runner: RangeRunner
  afterEach(() => runner.close())

  const create = (broken = false): RangeRunner =>
    (runner = createWorkerRangeRunner({
      sinks: ['backwards', 'collections', 'waiting', 'refusing', 'away', 'ending'],
      module: fixture,
      exportName: 'openFixtureRanges',
      options: { broken },
    }))

  const run = (
    sink: string,
    sources: readonly LogRecord[] = [],
    signal = new AbortController().signal,
  ) =>
    runner.run(
      {
        subTopology: 'files',
        sink,
        attempt: 1,
        range: {
          partition,
          start: 5,
          end: 9,
          sources: sources.map((source) => packLogRecords([source])),
          startedAt: 0,
          taken: Uint8Array.of(1, 2, 3),
        },
      },
      signal,
    )

  it('gives the sink the records as they lie in the topic, and brings back what is for the log', async () => {
    create()
    const records = [aRecord(5, 'plain'), aRecord(6, null), aRecord(7, ''), aRecord(8, 'with')]
    const { outputs, failures, taken, repeated } = await run('backwards', records)
    assert.deepEqual([[...taken], repeated], [[3, 2, 1], 4])
    assert.deepEqual(
      outputs.map(({ value, headers, ...rest }) => ({
        ...rest,
        key: Buffer.from(rest.key).toString(),
        value: value && Buffer.from(value).toString(),
        headers: Object.entries(headers).map(
          ([name, bytes]) => `${name}=${Buffer.from(bytes).toString()}`,
        ),
      })),
      [
        ['key5', 'nialp', 5, []],
        ['key6', null, 6, []],
        ['key7', '', 7, []],
        ['key8', 'htiw', 8, ['trace=header']],
      ].map(([key, value, offset, headers]) => ({
        topic: 'in-written',
        key,
        value,
        timestamp: 1_700_000_000_000 + Number(offset),
        headers,
      })),
    )
    assert.deepEqual(failures, [
      { offset: 5, failure: { disposition: 'POISON', code: 'odd', message: 'odd' } },
    ])
  })

  it('leaves the records to the caller, for another attempt', async () => {
    create()
    const records = [aRecord(5, 'plain')]
    await run('backwards', records)
    const { outputs } = await run('backwards', records)
    assert.equal(Buffer.from(outputs[0]?.value ?? []).toString(), 'nialp')
  })

  it('rejects as the sink did', async () => {
    create()
    await assert.rejects(run('refusing'), (error) => error instanceof Rejected)
    await assert.rejects(
      run('away'),
      (error) =>
        error instanceof Fault && error.kind === 'dependency-down' && error.dependency === 'store',
    )
  })

  it('tells the sink when the call is given up', async () => {
    create()
    const controller = new AbortController()
    const waiting = run('waiting', [], controller.signal)
    const other = run('backwards')
    controller.abort()
    await assert.rejects(waiting, /told to stop/)
    assert.deepEqual((await other).outputs, [])
  })

  it('lets a call come again when its thread has ended, and starts another', async () => {
    create()
    const beside = run('waiting')
    const transient = (error: unknown) => error instanceof Fault && error.kind === 'transient'
    await Promise.all([assert.rejects(run('ending'), transient), assert.rejects(beside, transient)])
    assert.deepEqual((await run('backwards')).outputs, [])
  })

  it('collects garbage on its thread now and then, however little it leaves', async () => {
    create()
    const collections = async (): Promise<number> => (await run('collections')).repeated
    assert.deepEqual([await collections(), await collections()], [0, 0])
    assert.equal(await collections(), 1)
  })

  it('says what it could not open, at every call anew', async () => {
    create(true)
    await assert.rejects(run('backwards'), /cannot be reached/)
    await assert.rejects(run('backwards'), /cannot be reached/)
  })

  it('is told from the other sinks by their names', () => {
    create()
    assert.equal(runner.sinks.has('backwards'), true)
    assert.equal(runner.sinks.has('others'), false)
  })
})
