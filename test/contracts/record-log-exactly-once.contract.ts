import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { TopicName } from '../../topology/model/record.ts'
import type { RecordLog } from '../../topology/ports/record-log.ts'
import { aRecord, aTransaction, committing, text, type Watched } from './record-log-harness.ts'

export interface ExactlyOnceContext {
  readonly documents: TopicName
  readonly results: TopicName
  readonly log: () => RecordLog
  readonly drive: <T>(operation: Promise<T>) => Promise<T>
  /** Joins for exactly-once. */
  readonly join: (group: string) => Promise<Watched>
  /** Reads a topic as a group of its own does. */
  readonly follow: (topic: TopicName, group: string) => Promise<Watched>
  readonly restart: () => Promise<void>
}

const rounds = 12

/** What a member that joined for exactly-once may count on. */
export const describeExactlyOnce = (context: ExactlyOnceContext): void => {
  const { documents, results, drive } = context

  const joinAll = async (group: string): Promise<Watched> => {
    const member = await context.join(group)
    await member.until(() => member.owned().length === 4)
    return member
  }

  const transaction = (member: Watched, partition: number, offset: number, value: string) =>
    aTransaction(member.epoch(), {
      outputs: [aRecord(results, `key ${partition}`, value)],
      state: [{ key: `key ${partition}`, value: Buffer.from(value) }],
      offsets: committing({ topic: documents, partition }, offset, `note ${value}`),
    })

  const valuesOf = (reader: Watched): readonly (string | null)[] =>
    reader.records().map(({ record }) => text(record.value))

  const committedOf = async (group: string): Promise<readonly string[]> =>
    (await drive(context.log().committed(group))).map(
      ({ partition, offset, metadata }) => `${partition}@${offset} ${metadata}`,
    )

  /** Somebody else joins until everything is the other's or shared anew. */
  const share = async (one: Watched, group: string): Promise<Watched> => {
    const two = await context.join(group)
    for (let turns = 0; turns < 100 && two.owned().length !== 2; turns++) {
      await one.poll()
      await two.poll()
    }
    await one.until(() => one.owned().length === 2)
    return two
  }

  describe('with exactly-once delivery', () => {
    // So that there is what the offsets below stand for.
    beforeEach(() => {
      const keys = Array.from({ length: 80 }, (_, index) => `${index}`)
      return drive(context.log().produce(keys.map((key) => aRecord(documents, key, key))))
    })

    it('makes outputs, state, offset and metadata visible together, also after a crash', async () => {
      const member = await joinAll('g')
      const reader = await context.follow(results, 'reader')
      const answer = await drive(member.consumer.commit(transaction(member, 1, 6, 'a')))
      assert.equal(answer, 'committed')
      await reader.until(() => valuesOf(reader).includes('a'))
      assert.deepEqual(await committedOf('g'), ['1@7 note a'])
      assert.equal(text(member.consumer.readState('key 1') ?? null), 'a')
      await context.restart()
      const again = await joinAll('g')
      const place = again.owned().find(({ partition }) => partition === 1)
      assert.deepEqual(place, { topic: documents, partition: 1, offset: 7, metadata: 'note a' })
      assert.equal(text(again.consumer.readState('key 1') ?? null), 'a')
    })

    it('commits partitions one after the other and at the same time, each record once and in order', async () => {
      const member = await joinAll('g')
      for (let round = 0; round < rounds; round++) {
        const answers = [0, 1, 2, 3].map((partition) =>
          member.consumer.commit(transaction(member, partition, round, `${partition} ${round}`)),
        )
        const all = await drive(Promise.all(answers))
        assert.deepEqual(new Set(all), new Set(['committed']))
      }
      const reader = await context.follow(results, 'reader')
      await reader.until(() => reader.records().length >= 4 * rounds)
      await reader.poll()
      for (const partition of [0, 1, 2, 3]) {
        const mine = valuesOf(reader).filter((value) => value?.startsWith(`${partition} `))
        const expected = Array.from({ length: rounds }, (_, round) => `${partition} ${round}`)
        assert.deepEqual(mine, expected)
      }
    })

    it('does all or nothing when the process ends in the middle', async () => {
      for (let round = 0; round < 3; round++) {
        const member = await joinAll('g')
        const answer = member.consumer.commit(transaction(member, 2, round, `round ${round}`))
        answer.catch(() => undefined)
        await context.restart()
        const again = await joinAll('g')
        const place = again.owned().find(({ partition }) => partition === 2)
        const done = place?.metadata === `note round ${round}`
        assert.equal(
          await drive(again.consumer.commit(transaction(again, 3, round, `after ${round}`))),
          'committed',
        )
        const reader = await context.follow(results, `reader-${round}`)
        await reader.until(() => valuesOf(reader).includes(`after ${round}`))
        const seen = valuesOf(reader).filter((value) => value === `round ${round}`)
        assert.equal(seen.length, done ? 1 : 0)
        assert.equal(text(again.consumer.readState('key 2') ?? null) === `round ${round}`, done)
        await drive(again.consumer.leave())
      }
    })

    it('shows nothing of what a member commits after others took over', async () => {
      const one = await joinAll('g')
      const late = transaction(one, 0, 5, 'late')
      const two = await share(one, 'g')
      const mine = [one, two].find((each) => each.owned().some(({ partition }) => partition === 0))!
      assert.equal(await drive(one.consumer.commit(late)), 'fenced')
      const answer = await drive(mine.consumer.commit(transaction(mine, 0, 0, 'in time')))
      assert.equal(answer, 'committed')
      const reader = await context.follow(results, 'reader')
      await reader.until(() => reader.records().length > 0)
      await reader.poll()
      assert.deepEqual(valuesOf(reader), ['in time'])
      assert.deepEqual(await committedOf('g'), ['0@1 note in time'])
    })

    it('says how far reading got, past what is no record', async () => {
      const member = await joinAll('g')
      for (let round = 0; round < 3; round++)
        await drive(member.consumer.commit(transaction(member, 0, round, `${round}`)))
      const reader = await context.follow(results, 'reader')
      const reached = async (): Promise<boolean> => {
        const ends = await drive(context.log().ends(results))
        return ends.every((end, partition) => end <= reader.next(partition))
      }
      for (let polls = 0; polls < 100 && !(await reached()); polls++) await reader.poll()
      assert.ok(await reached())
      assert.equal(reader.records().length, 3)
    })
  })
}
