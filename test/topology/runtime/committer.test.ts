import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { Fault } from '../../../topology/model/failure.ts'
import type { TopicName } from '../../../topology/model/record.ts'
import type { LogConsumer, LogTransaction } from '../../../topology/ports/record-log.ts'
import { Committer, type CommittingTask } from '../../../topology/runtime/committer.ts'
import type { ManualClock } from '../../../topology/testing/manual-clock.ts'
import { advance, settle } from '../../../topology/testing/settle.ts'
import { aPartEnvironment } from './a-part-environment.ts'

const topic = 'topic' as TopicName

const aTask = (partition = 0): CommittingTask & { alive: boolean; settled: boolean } => {
  let position = 0
  return {
    alive: true,
    epoch: 7,
    settled: true,
    finish(offset) {
      this.settled = false
      position = Math.max(position, (offset ?? -1) + 1)
    },
    settle() {
      this.settled = true
      return { topic, partition, offset: position, metadata: '' }
    },
  }
}

describe('The committer', () => {
  let clock: ManualClock
  let sent: LogTransaction[]
  let answer: LogConsumer['commit']
  let committer: Committer
  let durable: number[]
  let failures: Error[]

  const put = (task: CommittingTask, offset: number): void =>
    committer.enqueue({
      task,
      offset,
      outputs: [{ topic, key: new Uint8Array([offset]), value: null, timestamp: 0, headers: {} }],
      state: [],
      durable: () => durable.push(offset),
    })

  beforeEach(() => {
    sent = []
    durable = []
    answer = async () => 'committed'
    const set = aPartEnvironment({
      commit: (transaction) => {
        sent.push(transaction)
        return answer(transaction)
      },
    })
    clock = set.clock
    failures = set.failures
    committer = new Committer()
    committer.start(set.env)
  })

  it('commits what finishes at the same time at once, in order', async () => {
    const [one, other] = [aTask(0), aTask(1)]
    put(one, 1)
    put(other, 5)
    put(one, 2)
    await settle()
    assert.equal(sent.length, 1)
    assert.deepEqual(
      sent[0]?.outputs.map(({ key }) => key[0]),
      [1, 5, 2],
    )
    assert.deepEqual(
      sent[0]?.offsets.map(({ partition, offset }) => [partition, offset]),
      [
        [0, 3],
        [1, 6],
      ],
    )
    assert.deepEqual(durable, [1, 5, 2])
  })

  it('gathers while a commit is under way', async () => {
    let end: (result: 'committed') => void = () => {}
    answer = () => new Promise((resolve) => (end = resolve))
    const task = aTask()
    put(task, 1)
    await settle()
    put(task, 2)
    put(task, 3)
    await settle()
    assert.equal(sent.length, 1)
    end('committed')
    await settle()
    assert.equal(sent.length, 2)
    assert.equal(sent[1]?.outputs.length, 2)
  })

  it('sends the same transaction again after a fault', async () => {
    answer = async () => {
      if (sent.length === 1) throw new Fault('transient', 'record-log', 'again')
      return 'committed'
    }
    put(aTask(), 1)
    await advance(clock, 100)
    assert.equal(sent.length, 2)
    assert.equal(sent[0], sent[1])
    assert.deepEqual(durable, [1])
  })

  it('sends nothing more for an epoch that has ended', async () => {
    answer = async () => {
      throw new Fault('transient', 'record-log', 'again')
    }
    const task = aTask()
    put(task, 1)
    await settle()
    task.alive = false
    await advance(clock, 10_000)
    assert.equal(sent.length, 1)
    answer = async () => 'committed'
    put(task, 2)
    put(aTask(), 3)
    await settle()
    assert.equal(sent.length, 2)
    assert.deepEqual(durable, [3])
  })

  it('calls nothing durable that was fenced', async () => {
    answer = async () => 'fenced'
    put(aTask(), 1)
    await settle()
    assert.deepEqual(durable, [])
  })

  it('ends the run when the log fails for good', async () => {
    answer = async () => {
      throw new Fault('fatal', 'record-log', 'disk full')
    }
    put(aTask(), 1)
    await settle()
    assert.equal(failures[0]?.message, 'disk full')
  })

  it('is settled when nothing is under way, or when the time is over', async () => {
    let end: (result: 'committed') => void = () => {}
    answer = () => new Promise((resolve) => (end = resolve))
    let settled = 0
    await committer.settled(1_000)
    put(aTask(), 1)
    void committer.settled(1_000).then(() => settled++)
    void committer.settled(10).then(() => settled++)
    await advance(clock, 10)
    assert.equal(settled, 1)
    end('committed')
    await settle()
    assert.equal(settled, 2)
  })
})
