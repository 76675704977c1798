import assert from 'node:assert/strict'
import { committedOffsets } from '../../../drivers/kafka/committed-offsets.ts'
import type { Broker } from '../../../drivers/kafka/kafkajs.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'

const refusal = (type: string): Error => Object.assign(new Error(type), { type })

/** A coordinator that answers every heartbeat with the next of `answers`, then well. */
const coordinatorOf = (calls: string[], ...answers: readonly (string | undefined)[]) => {
  const waiting = [...answers]
  return {
    heartbeat: async () => {
      calls.push('heartbeat')
      const type = waiting.shift()
      if (type !== undefined) throw refusal(type)
    },
    offsetFetch: async () => {
      calls.push('offsets')
      const partitions = [{ partition: 0, offset: '7', metadata: '' }]
      return { responses: [{ topic: 'inputs', partitions }] }
    },
  } as unknown as Pick<Broker, 'heartbeat' | 'offsetFetch'>
}

const asked = (calls: string[], ...answers: readonly (string | undefined)[]) =>
  committedOffsets({
    clock: systemClock,
    coordinator: coordinatorOf(calls, ...answers),
    groupId: 'group',
    generation: { id: 3, memberId: 'member' },
    topics: [{ topic: 'inputs', partitions: [{ partition: 0 }] }],
    fetchStable: undefined,
  })

describe('the committed offsets of a group on Kafka', () => {
  it('are taken from a coordinator that knows the generation before and after', async () => {
    const calls: string[] = []
    const [topic] = await asked(calls)
    assert.equal(topic?.partitions[0]?.offset, '7')
    assert.deepEqual(calls, ['heartbeat', 'offsets', 'heartbeat'])
  })

  it('are not taken from one that has not loaded the member yet', async () => {
    const calls: string[] = []
    await assert.rejects(asked(calls, 'UNKNOWN_MEMBER_ID'), { type: 'UNKNOWN_MEMBER_ID' })
    assert.deepEqual(calls, ['heartbeat'])
  })

  it('are not taken from one that began to load while it was asked', async () => {
    const calls: string[] = []
    await assert.rejects(asked(calls, undefined, 'ILLEGAL_GENERATION'), {
      type: 'ILLEGAL_GENERATION',
    })
  })

  it('are taken during a rebalance, which only a member is told of', async () => {
    const calls: string[] = []
    const [topic] = await asked(calls, 'REBALANCE_IN_PROGRESS', 'REBALANCE_IN_PROGRESS')
    assert.equal(topic?.partitions[0]?.offset, '7')
  })

  it('are asked for again, with transactions, until none could still change them', async () => {
    const calls: string[] = []
    let unstable = 2
    const found = await committedOffsets({
      clock: systemClock,
      coordinator: coordinatorOf(calls),
      groupId: 'group',
      generation: { id: 3, memberId: 'member' },
      topics: [],
      fetchStable: async () => {
        if (unstable-- > 0) throw refusal('UNSTABLE_OFFSET_COMMIT')
        return [{ topic: 'inputs', partitions: [] }]
      },
    })
    assert.equal(found.length, 1)
    assert.deepEqual(calls, ['heartbeat', 'heartbeat'])
  })
})
