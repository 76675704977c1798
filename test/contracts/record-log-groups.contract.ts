import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { TopicName } from '../../topology/model/record.ts'
import type { RecordLog } from '../../topology/ports/record-log.ts'
import type { ManualClock } from './manual-clock.ts'
import {
  aRecord,
  aTransaction,
  committing,
  rebalanceTimeoutMs,
  text,
  type Watched,
} from './record-log-harness.ts'

export interface GroupContext {
  readonly documents: TopicName
  readonly results: TopicName
  readonly log: () => RecordLog
  readonly clock: () => ManualClock
  readonly drive: <T>(operation: Promise<T>) => Promise<T>
  readonly join: (group: string) => Promise<Watched>
  /** Joins and waits until the member has all partitions. */
  readonly joinAll: (group: string) => Promise<Watched>
  readonly restart: () => Promise<void>
}

const partitionsOf = (member: Watched): readonly number[] =>
  member.owned().map((each) => each.partition)

/** How members share partitions, and who may commit. */
export const describeConsumerGroups = (context: GroupContext): void => {
  const { documents, results, drive, join, joinAll } = context
  const at = { topic: documents, partition: 0 }

  /** Two members that own two partitions each. */
  const joinTwo = async (group: string): Promise<readonly [Watched, Watched]> => {
    const one = await joinAll(group)
    const two = await join(group)
    for (let turns = 0; turns < 50 && two.owned().length !== 2; turns++) {
      await one.poll()
      await two.poll()
    }
    await one.until(() => one.owned().length === 2)
    return [one, two]
  }

  const commit = (
    member: Watched,
    epoch: number,
    partition = 0,
    offset = 0,
  ): Promise<'committed' | 'fenced'> =>
    drive(
      member.consumer.commit(
        aTransaction(epoch, { offsets: committing({ topic: documents, partition }, offset) }),
      ),
    )

  describe('with consumer groups', () => {
    it('starts at the beginning of what nobody has committed', async () => {
      await drive(context.log().produce([aRecord(documents, 'a', '1')]))
      const member = await joinAll('g')
      assert.ok(member.owned().every(({ offset, metadata }) => offset === 0 && metadata === ''))
      await member.until(() => member.records().length === 1)
    })

    it('splits the partitions between members, each to exactly one', async () => {
      const [one, two] = await joinTwo('g')
      assert.deepEqual([...partitionsOf(one), ...partitionsOf(two)].toSorted(), [0, 1, 2, 3])
      assert.equal(one.epoch(), two.epoch())
    })

    it('gives the partitions of a member that leaves to the others', async () => {
      const [one, two] = await joinTwo('g')
      await drive(two.consumer.leave())
      await one.until(() => one.owned().length === 4)
      assert.equal(one.revocations(), 2)
    })

    it('gives what was read but not committed to whoever takes over', async () => {
      const [one, two] = await joinTwo('g')
      const many = Array.from({ length: 40 }, (_, i) => aRecord(documents, `${i}`, `${i}`))
      await drive(context.log().produce(many))
      const all = () => one.records().length + two.records().length
      await one.until(() => one.records().length > 0)
      for (let polls = 0; polls < 20 && all() < 40; polls++) {
        await one.poll()
        await two.poll()
      }
      assert.equal(all(), 40)
      const uncommitted = one.records().map(({ record }) => text(record.value))
      await drive(one.consumer.leave())
      const takenOver = () =>
        two
          .records()
          .filter((each) => each.epoch === two.epoch())
          .map(({ record }) => text(record.value))
      await two.until(() => uncommitted.every((value) => takenOver().includes(value)))
    })

    it('may leave out what it is told is done, but nothing else, and says that it has read it', async () => {
      const member = await joinAll('g')
      const done = [1, 2, 3, 5, 38, 39]
      for (const { topic, partition } of member.owned())
        member.consumer.passOver?.({ topic, partition }, done)
      const many = Array.from({ length: 40 }, (_, i) => aRecord(documents, 'a', `${i}`))
      await drive(context.log().produce(many))
      const ends = await drive(context.log().ends(documents))
      const partition = ends.indexOf(40)
      await member.until(() => member.next(partition) === 40)
      const given = member.records().map(({ record }) => record.offset)
      const others = Array.from(many.keys()).filter((offset) => !done.includes(offset))
      assert.deepEqual(
        given.filter((offset) => !done.includes(offset)),
        others,
      )
      assert.deepEqual(
        given,
        given.toSorted((a, b) => a - b),
      )
    })

    it('numbers assignments upwards, also over a restart', async () => {
      const [one] = await joinTwo('g')
      const before = one.epoch()
      await context.restart()
      const again = await joinAll('g')
      assert.ok(again.epoch() > before)
    })

    it('fences a commit of an earlier epoch and does nothing', async () => {
      const one = await joinAll('g')
      const old = one.epoch()
      const two = await join('g')
      for (let turns = 0; turns < 50 && two.owned().length !== 2; turns++) {
        await one.poll()
        await two.poll()
      }
      await one.until(() => one.owned().length === 2)
      const mine = one.owned()[0]?.partition ?? 0
      const answer = await drive(
        one.consumer.commit(
          aTransaction(old, {
            outputs: [aRecord(results, 'a', 'late')],
            state: [{ key: 'k', value: new Uint8Array([1]) }],
            offsets: committing({ topic: documents, partition: mine }, 5),
          }),
        ),
      )
      assert.equal(answer, 'fenced')
      assert.deepEqual(await drive(context.log().ends(results)), [0, 0])
      assert.deepEqual(await drive(context.log().committed('g')), [])
      assert.equal(one.consumer.readState('k'), undefined)
    })

    it('fences a commit of a partition that the member does not own', async () => {
      const [one, two] = await joinTwo('g')
      const theirs = two.owned()[0]?.partition ?? 0
      assert.equal(await commit(one, one.epoch(), theirs), 'fenced')
      assert.deepEqual(await drive(context.log().committed('g')), [])
    })

    it('fences a commit that mixes its own partition with a foreign one', async () => {
      const [one, two] = await joinTwo('g')
      const offsets = [one, two].flatMap((member) =>
        committing({ topic: documents, partition: member.owned()[0]?.partition ?? 0 }, 3),
      )
      const answer = await drive(one.consumer.commit(aTransaction(one.epoch(), { offsets })))
      assert.equal(answer, 'fenced')
      assert.deepEqual(await drive(context.log().committed('g')), [])
    })

    it('lets a member commit after it was told to let go, until it polls again', async () => {
      const one = await joinAll('g')
      await join('g')
      await one.until(() => one.revocations() === 1)
      assert.equal(await commit(one, one.epoch(), 0, 10), 'committed')
      const epoch = one.epoch()
      await one.poll()
      assert.equal(await commit(one, epoch, 0, 20), 'fenced')
      assert.deepEqual(await drive(context.log().committed('g')), [
        { ...at, offset: 11, metadata: '' },
      ])
    })

    it('moves no partition before its owner has let go', async () => {
      const one = await joinAll('g')
      const two = await join('g')
      for (let polls = 0; polls < 5; polls++) await two.poll()
      assert.equal(two.owned().length, 0)
      assert.equal(await commit(one, one.epoch()), 'committed')
    })

    it('puts out a member that does not come back, and lets it join again', async () => {
      const one = await joinAll('g')
      const old = one.epoch()
      const two = await join('g')
      await two.poll()
      context.clock().advance(rebalanceTimeoutMs)
      await two.until(() => two.owned().length === 4)
      assert.equal(await commit(one, old), 'fenced')
      await one.poll()
      assert.equal(one.revocations(), 1)
      for (let turns = 0; turns < 50 && one.owned().length !== 2; turns++) {
        await two.poll()
        await one.poll()
      }
      assert.equal(one.owned().length, 2)
    })

    it('fences a member that has left', async () => {
      const [one, two] = await joinTwo('g')
      const epoch = two.epoch()
      const mine = two.owned()[0]?.partition ?? 0
      await drive(two.consumer.leave())
      assert.equal(await commit(two, epoch, mine), 'fenced')
      assert.equal(one.epoch(), epoch)
    })

    it('tells a member in a long poll to let go at once', async () => {
      const one = await joinAll('g')
      await one.poll()
      const waiting = one.consumer.poll(60_000)
      await join('g')
      const events = await drive(waiting)
      assert.deepEqual(
        events.map((event) => event.kind),
        ['revoked'],
      )
    })
  })
}
