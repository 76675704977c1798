import assert from 'node:assert/strict'
import type { Cluster } from '../../../drivers/kafka/kafkajs.ts'
import { createMembership, type Membership } from '../../../drivers/kafka/membership.ts'
import { ManualClock } from '../../../topology/testing/manual-clock.ts'

/** A cluster with one broker, which makes the member lead a group without partitions, and notes what it is asked. */
const welcoming = (asked: string[]): Cluster => {
  const broker = {
    isConnected: () => true,
    joinGroup: async () => ({ generationId: 1, leaderId: 'me', memberId: 'me', members: [] }),
    syncGroup: async () => ({ memberAssignment: Buffer.alloc(0) }),
    leaveGroup: async ({ memberId }: { readonly memberId: string }) =>
      void asked.push(`goodbye of ${memberId}`),
  }
  return {
    findGroupCoordinator: async () => broker,
    refreshMetadata: async () => void asked.push('topics'),
  } as unknown as Cluster
}

const aMember = () => {
  const asked: string[] = []
  const clock = new ManualClock(0)
  const nothing = (): void => undefined
  let joined = nothing
  const membership = createMembership({
    cluster: welcoming(asked),
    clock,
    group: 'group',
    topics: ['inputs'],
    sessionTimeoutMs: 6_000,
    heartbeatMs: 2_000,
    rebalanceTimeoutMs: 6_000,
    where: 'here',
    notice: nothing,
    prepare: async () => undefined,
    onJoined: () => joined(),
    onRebalance: nothing,
    onLost: nothing,
    onFailure: nothing,
  })
  const join = (member: Membership): Promise<void> =>
    new Promise((resolve) => {
      joined = resolve
      member.join()
    })
  return { asked, clock, membership, join: () => join(membership) }
}

describe('a member of a group on Kafka', () => {
  it('that was heard to say goodbye keeps nothing waiting, so that its process can end', async () => {
    const { asked, clock, membership, join } = aMember()
    await join()
    await membership.leave()
    assert.deepEqual(asked, ['goodbye of me'])
    assert.equal(clock.next, undefined)
  })

  it('that leads looks at the topics before it deals them out, unless somebody just has', async () => {
    const { asked, clock, membership, join } = aMember()
    await join()
    assert.deepEqual(asked, [])
    clock.moveTo(1_000)
    await join()
    assert.deepEqual(asked, ['topics'])
    await membership.leave()
  })
})
