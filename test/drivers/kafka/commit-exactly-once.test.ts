import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  createExactlyOnceCommit,
  type ExactlyOnceCommitting,
} from '../../../drivers/kafka/commit-exactly-once.ts'
import { createNames } from '../../../drivers/kafka/names.ts'
import type { TopicName } from '../../../topology/model/record.ts'
import { ManualClock } from '../../../topology/testing/manual-clock.ts'
import { advance, settle } from '../../../topology/testing/settle.ts'

const at = { topic: 'in' as TopicName, partition: 0, offset: 1, metadata: '' }
const transaction = { epoch: 1, outputs: [], state: [], offsets: [at] }

const aCommit = (lingerMs: number) => {
  const clock = new ManualClock(0)
  const begun: number[] = []
  const group = { owner: true }
  const standing = { generation: { id: 1, memberId: 'me', places: [] } }
  const commit = createExactlyOnceCommit({
    clock,
    lingerMs,
    group: 'group',
    names: createNames(undefined),
    place: async () => [],
    placeState: async () => [],
    membership: { confirm: async () => undefined },
    state: {},
    standing: () => (group.owner ? standing : undefined),
    transactions: { commit: async () => void begun.push(clock.now()) },
  } as unknown as ExactlyOnceCommitting)
  return { clock, begun, group, commit }
}

describe('a commit exactly once', () => {
  it('begins its transaction when it has waited for company as long as it is told', async () => {
    const { clock, begun, commit } = aCommit(20)
    const committed = commit(transaction)
    await advance(clock, 19)
    assert.deepEqual(begun, [])
    await advance(clock, 1)
    assert.equal(await committed, 'committed')
    assert.deepEqual(begun, [20])
  })

  it('waits for nothing when it is not told to', async () => {
    const { begun, commit } = aCommit(0)
    const committed = commit(transaction)
    await settle()
    assert.deepEqual(begun, [0])
    assert.equal(await committed, 'committed')
  })

  it('begins none when the partition was lost meanwhile', async () => {
    const { clock, begun, group, commit } = aCommit(20)
    const committed = commit(transaction)
    group.owner = false
    await advance(clock, 20)
    assert.equal(await committed, 'fenced')
    assert.deepEqual(begun, [])
  })
})
