import assert from 'node:assert/strict'
import { brokerFaultsIn } from './kafka/broker-log.ts'

describe('the faults that a broker tells of itself', () => {
  const clean = `2026-11-21T20:22:20,034 INFO CoordinatorRuntime [GroupCoordinator id=1] Finished unloading metadata for __consumer_offsets-0 with epoch OptionalInt[7].
2026-11-21T20:22:20,175 INFO CoordinatorRuntime [GroupCoordinator id=1] Scheduling loading of metadata from __consumer_offsets-0 with epoch 8
2026-11-21T20:22:20,570 INFO CoordinatorRuntime [GroupCoordinator id=1] Finished loading of metadata from __consumer_offsets-0 with epoch 8 in 595ms`

  it('are none when coordinators load as they should', () => {
    assert.deepEqual(brokerFaultsIn(clean), { halfLoaded: 0, marksLeftOut: 0 })
  })

  it('are a coordinator that went to work when the load of an epoch before had ended', () => {
    const early = clean.replace(
      'Finished loading of metadata from __consumer_offsets-0 with epoch 8',
      'Finished loading of metadata from __consumer_offsets-0 with epoch 6',
    )
    assert.deepEqual(brokerFaultsIn(early), { halfLoaded: 1, marksLeftOut: 0 })
  })

  it('are marks of transactions that were left out', () => {
    const line =
      "2026-11-21T20:15:47,873 INFO TransactionMarkerChannelManager [Transaction Marker Channel Manager 1]: Couldn't find leader endpoint for partitions Set(__consumer_offsets-0) while trying to send transaction markers for a.b.0, these partitions are likely deleted already and hence can be skipped"
    assert.deepEqual(brokerFaultsIn(`${clean}\n${line}\n`), { halfLoaded: 0, marksLeftOut: 1 })
  })
})
