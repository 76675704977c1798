import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { maxMetadataLength, type RecordLog } from '../../topology/ports/record-log.ts'
import type { TopicName } from '../../topology/model/record.ts'
import { describeExactlyOnce } from './record-log-exactly-once.contract.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'
import { describeConsumerGroups } from './record-log-groups.contract.ts'
import {
  aRecord,
  aTransaction,
  committing,
  text,
  topicName,
  watch,
  type CreateRecordLog,
  type RecordLogHarness,
  type Watched,
} from './record-log-harness.ts'

const documents = topicName('documents')
const results = topicName('results')
const latest = topicName('latest')

/** What every record log must do. `create` gets the clock that the log is to run on. */
export const describeRecordLog = (name: string, create: CreateRecordLog): void => {
  describe(`${name} as a record log`, () => {
    let clock: ManualClock
    let harness: RecordLogHarness
    let log: RecordLog

    const drive = <T>(operation: Promise<T>): Promise<T> =>
      harness.drive ? harness.drive(operation) : operation
    const join = async (group: string): Promise<Watched> =>
      watch(await drive(log.join(group, [documents])), drive, harness.pollWaitMs)
    const joinAll = async (group: string): Promise<Watched> => {
      const member = await join(group)
      await member.until(() => member.owned().length === 4)
      return member
    }
    const joinExactlyOnce = async (group: string): Promise<Watched> => {
      const consumer = await drive(log.join(group, [documents], 'exactly-once'))
      return watch(consumer, drive, harness.pollWaitMs)
    }
    const follow = async (topic: TopicName, group: string): Promise<Watched> => {
      const reader = watch(await drive(log.join(group, [topic])), drive, harness.pollWaitMs)
      await reader.until(() => reader.owned().length > 0)
      return reader
    }
    const restart = async (): Promise<void> => {
      log = await drive(harness.reopen())
      await drive(log.ensureTopics(specs))
    }

    const specs = [
      { name: documents, partitions: 4, cleanup: 'delete' },
      { name: results, partitions: 2, cleanup: 'delete' },
      { name: latest, partitions: 1, cleanup: 'compact' },
    ] as const

    beforeEach(async () => {
      clock = createManualClock()
      harness = await create(clock)
      log = harness.log
      await drive(log.ensureTopics(specs))
    })

    afterEach(() => harness.destroy())

    it('keeps topics when they are ensured again, and refuses another partition count', async () => {
      await drive(log.produce([aRecord(documents, 'a', '1')]))
      await drive(log.ensureTopics([{ name: documents, partitions: 4, cleanup: 'delete' }]))
      const ends = await drive(log.ends(documents))
      assert.equal(ends.length, 4)
      assert.equal(ends.filter((end) => end > 0).length, 1)
      await assert.rejects(
        drive(log.ensureTopics([{ name: documents, partitions: 5, cleanup: 'delete' }])),
      )
    })

    it('gives a record back with its key, value and headers, and the time it was given or came at', async () => {
      const member = await joinAll('g')
      const headers = { traceparent: new Uint8Array([0, 255, 7]), empty: new Uint8Array() }
      await drive(log.produce([aRecord(documents, 'a', 'hello', { timestamp: 1.5e12, headers })]))
      await member.until(() => member.records().length === 1)
      const record = member.records()[0]?.record
      assert.equal(text(record?.key ?? null), 'a')
      assert.equal(text(record?.value ?? null), 'hello')
      const at = record?.timestamp ?? 0
      assert.ok(at === 1.5e12 || Math.abs(Date.now() - at) < 3_600_000, `timed ${at}`)
      assert.deepEqual(
        Object.entries(record?.headers ?? {}).map(([key, value]) => [key, [...value]]),
        [
          ['traceparent', [0, 255, 7]],
          ['empty', []],
        ],
      )
    })

    it('tells a tombstone from an empty value', async () => {
      const member = await joinAll('g')
      await drive(log.produce([aRecord(documents, 'a', null), aRecord(documents, 'a', '')]))
      await member.until(() => member.records().length === 2)
      assert.deepEqual(
        member.records().map(({ record }) => text(record.value)),
        [null, ''],
      )
    })

    it('sends equal keys to one partition and keeps their order', async () => {
      const member = await joinAll('g')
      const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
      const rounds = Array.from({ length: 20 }, (_, round) => round)
      for (const round of rounds)
        await drive(log.produce(keys.map((key) => aRecord(documents, key, `${key}${round}`))))
      await member.until(() => member.records().length === keys.length * rounds.length)
      for (const key of keys) {
        const mine = member.records().filter(({ record }) => text(record.key) === key)
        assert.equal(new Set(mine.map(({ partition }) => partition)).size, 1)
        assert.deepEqual(
          mine.map(({ record }) => text(record.value)),
          rounds.map((round) => `${key}${round}`),
        )
      }
    })

    it('keeps the order of records of one key that are produced at the same time', async () => {
      const all = Array.from({ length: 50 }, (_, index) =>
        log.produce([aRecord(documents, 'a', `${index}`)]),
      )
      await drive(Promise.all(all))
      const member = await joinAll('g')
      await member.until(() => member.records().length === 50)
      const values = member.records().map(({ record }) => text(record.value))
      assert.deepEqual(
        values,
        Array.from({ length: 50 }, (_, index) => `${index}`),
      )
    })

    it('numbers the records of a partition upwards, and counts its end after them', async () => {
      const member = await joinAll('g')
      for (let index = 0; index < 30; index++)
        await drive(log.produce([aRecord(documents, `${index}`, 'x')]))
      await member.until(() => member.records().length === 30)
      const ends = await drive(log.ends(documents))
      for (const partition of [0, 1, 2, 3]) {
        const offsets = member
          .records()
          .filter((each) => each.partition === partition)
          .map(({ record }) => record.offset)
        assert.deepEqual(
          offsets,
          offsets.toSorted((a, b) => a - b),
        )
        assert.equal(new Set(offsets).size, offsets.length)
        assert.ok((offsets.at(-1) ?? -1) < (ends[partition] ?? 0))
      }
    })

    it('reads for inspection from any offset, gaps or not', async () => {
      for (let index = 0; index < 5; index++)
        await drive(log.produce([aRecord(latest, `${index}`, `${index}`)]))
      const at = { topic: latest, partition: 0 }
      const all = await drive(log.read(at, 0, 100))
      assert.equal(all.length, 5)
      const third = all[2]?.offset ?? 0
      const some = await drive(log.read(at, third, 2))
      assert.deepEqual(
        some.map((record) => text(record.value)),
        ['2', '3'],
      )
    })

    it('still has records, offsets, metadata and state after a crash', async () => {
      const member = await joinAll('g')
      await drive(log.produce([aRecord(documents, 'a', '1'), aRecord(documents, 'a', '2')]))
      await member.until(() => member.records().length === 2)
      const first = member.records()[0]
      assert.ok(first)
      const answer = await drive(
        member.consumer.commit(
          aTransaction(member.epoch(), {
            outputs: [aRecord(results, 'a', 'out')],
            state: [{ key: 'claim', value: new Uint8Array([1, 2]) }],
            offsets: committing(first, first.record.offset, 'map'),
          }),
        ),
      )
      assert.equal(answer, 'committed')
      await restart()
      const ends = await drive(log.ends(results))
      assert.equal(ends.filter((end) => end > 0).length, 1)
      const again = await joinAll('g')
      const place = again.owned().find((each) => each.partition === first.partition)
      assert.deepEqual(place, {
        topic: documents,
        partition: first.partition,
        offset: first.record.offset + 1,
        metadata: 'map',
      })
      assert.deepEqual([...(again.consumer.readState('claim') ?? [])], [1, 2])
      await again.until(() => again.records().length === 1)
      assert.equal(text(again.records()[0]?.record.value ?? null), '2')
    })

    it('carries any well-formed metadata up to the limit, and refuses more', async () => {
      const member = await joinAll('g')
      const at = { topic: documents, partition: 2 }
      const odd = '\u0000é\u{1f600}'
      const metadata = odd + 'x'.repeat(maxMetadataLength - odd.length)
      const commit = (value: string) =>
        drive(
          member.consumer.commit(
            aTransaction(member.epoch(), { offsets: committing(at, 6, value) }),
          ),
        )
      assert.equal(await commit(metadata), 'committed')
      assert.deepEqual(await drive(log.committed('g')), [{ ...at, offset: 7, metadata }])
      await assert.rejects(commit(`${metadata}x`))
      assert.deepEqual(await drive(log.committed('g')), [{ ...at, offset: 7, metadata }])
    })

    it('changes state with null removing a key, by group', async () => {
      const member = await joinAll('g')
      const other = await joinAll('h')
      const write = (value: Uint8Array | null) =>
        drive(
          member.consumer.commit(aTransaction(member.epoch(), { state: [{ key: 'k', value }] })),
        )
      await write(new Uint8Array([9]))
      assert.deepEqual([...(member.consumer.readState('k') ?? [])], [9])
      assert.equal(other.consumer.readState('k'), undefined)
      await write(null)
      assert.equal(member.consumer.readState('k'), undefined)
    })

    it('keeps the groups apart', async () => {
      const one = await joinAll('one')
      await drive(log.produce([aRecord(documents, 'a', '1')]))
      await one.until(() => one.records().length === 1)
      const got = one.records()[0]
      assert.ok(got)
      await drive(
        one.consumer.commit(
          aTransaction(one.epoch(), { offsets: committing(got, got.record.offset) }),
        ),
      )
      const two = await joinAll('two')
      await two.until(() => two.records().length === 1)
      assert.deepEqual(await drive(log.committed('two')), [])
    })

    it('ends a long poll as soon as a record is there', async () => {
      const member = await joinAll('g')
      await member.poll()
      const waiting = member.consumer.poll(60_000)
      await drive(log.produce([aRecord(documents, 'a', '1')]))
      const events = await drive(waiting)
      assert.deepEqual(
        events.map((event) => event.kind),
        ['records'],
      )
    })

    it('ends a long poll with nothing when its time is over', async () => {
      const member = await joinAll('g')
      await member.poll()
      const waiting = member.consumer.poll(5_000)
      clock.advance(5_000)
      assert.deepEqual(await drive(waiting), [])
    })

    it('gives nothing of a paused partition until it is resumed', async () => {
      const member = await joinAll('g')
      await drive(log.produce([aRecord(documents, 'a', '1')]))
      await member.until(() => member.records().length === 1)
      const [{ topic, partition } = { topic: documents, partition: 0 }] = member.records()
      member.consumer.pause([{ topic, partition }])
      await drive(log.produce([aRecord(documents, 'a', '2')]))
      for (let polls = 0; polls < 5; polls++) await member.poll()
      assert.equal(member.records().length, 1)
      member.consumer.resume([{ topic, partition }])
      await member.until(() => member.records().length === 2)
    })

    it('does not let a full partition starve the others', async () => {
      const many = Array.from({ length: 3_000 }, () => aRecord(documents, 'busy', 'x'))
      await drive(log.produce(many))
      await drive(
        log.produce(Array.from({ length: 40 }, (_, i) => aRecord(documents, `${i}`, 'y'))),
      )
      const member = await joinAll('g')
      const quiet = () => member.records().filter(({ record }) => text(record.value) === 'y')
      const busy = () => member.records().length - quiet().length
      const elsewhere = async () => {
        await member.poll()
        return new Set(quiet().map(({ partition }) => partition)).size >= 3
      }
      for (let polls = 0; polls < 5 && !(await elsewhere()); polls++);
      assert.ok(await elsewhere())
      assert.ok(busy() < 3_000)
    })

    it('keeps at least the last record of every key through a compaction', async function () {
      if (!harness.compact) this.skip()
      for (let round = 0; round < 3; round++)
        for (const key of ['a', 'b', 'c'])
          await drive(log.produce([aRecord(latest, key, `${key}${round}`)]))
      await drive(log.produce([aRecord(latest, 'b', null)]))
      const before = await drive(log.ends(latest))
      await drive(harness.compact(latest))
      const left = await drive(log.read({ topic: latest, partition: 0 }, 0, 100))
      assert.deepEqual(
        left.map((record) => [record.offset, text(record.key), text(record.value)]),
        [
          [6, 'a', 'a2'],
          [8, 'c', 'c2'],
          [9, 'b', null],
        ],
      )
      assert.deepEqual(await drive(log.ends(latest)), before)
      await restart()
      assert.deepEqual(await drive(log.ends(latest)), before)
      await drive(log.produce([aRecord(latest, 'a', 'a3')]))
      const end = await drive(log.read({ topic: latest, partition: 0 }, before[0] ?? 0, 100))
      assert.deepEqual(
        end.map((record) => record.offset),
        before,
      )
    })

    describeExactlyOnce({
      documents,
      results,
      log: () => log,
      drive,
      join: joinExactlyOnce,
      follow,
      restart,
    })

    describeConsumerGroups({
      documents,
      results,
      log: () => log,
      clock: () => clock,
      drive,
      join,
      joinAll,
      restart,
    })
  })
}
