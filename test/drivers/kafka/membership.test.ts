import assert from 'node:assert/strict'
import type { Cluster } from '../../../drivers/kafka/kafkajs.ts'
import { createMembership } from '../../../drivers/kafka/membership.ts'
import { ManualClock } from '../../../topology/testing/manual-clock.ts'

/** A cluster with one broker, which lets the member in without partitions and hears its goodbye. */
const welcoming = (goodbyes: string[]): Cluster => {
  const broker = {
    isConnected: () => true,
    joinGroup: async () => ({
      generationId: 1,
      leaderId: 'other',
      memberId: 'member',
      members: [],
    }),
    syncGroup: async () => ({ memberAssignment: Buffer.alloc(0) }),
    leaveGroup: async ({ memberId }: { readonly memberId: string }) => void goodbyes.push(memberId),
  }
  return { findGroupCoordinator: async () => broker } as unknown as Cluster
}

describe('a member of a group on Kafka', () => {
  it('that was heard to say goodbye keeps nothing waiting, so that its process can end', async () => {
    const clock = new ManualClock(0)
    const goodbyes: string[] = []
    const nothing = (): void => undefined
    const joined = new Promise<void>((resolve) => {
      const membership = createMembership({
        cluster: welcoming(goodbyes),
        clock,
        group: 'group',
        topics: ['inputs'],
        sessionTimeoutMs: 6_000,
        heartbeatMs: 2_000,
        rebalanceTimeoutMs: 6_000,
        where: 'here',
        notice: nothing,
        prepare: async () => undefined,
        onJoined: () => resolve(membership.leave()),
        onRebalance: nothing,
        onLost: nothing,
        onFailure: nothing,
      })
      membership.join()
    })
    await joined
    assert.deepEqual(goodbyes, ['member'])
    assert.equal(clock.next, undefined)
  })
})
