import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { liveness, readiness } from '../../../drivers/telemetry/health.ts'
import type { PartState } from '../../../topology/ports/telemetry.ts'

const healthy: PartState = {
  subTopology: 'embed',
  assigned: true,
  draining: false,
  turnedAt: 1_000,
  breaker: 'closed',
  dependency: undefined,
  partitions: [],
}

describe('health', () => {
  it('is alive while every loop turns, whatever else is down', () => {
    const down: PartState = { ...healthy, breaker: 'open', dependency: 'triton', assigned: false }
    assert.deepEqual(liveness([healthy, down], 2_000, 1_000), { ok: true, problems: [] })
  })

  it('is not alive when a loop has stopped turning, and says which and for how long', () => {
    assert.deepEqual(liveness([{ ...healthy, turnedAt: 90_000 }, healthy], 100_000, 20_000), {
      ok: false,
      problems: ['embed: its loop has not turned for 99 s'],
    })
  })

  it('is ready with an assignment, be it of no partitions', () => {
    assert.deepEqual(readiness([healthy]), { ok: true, problems: [] })
  })

  it('is not ready without one, while a dependency is down, or while it drains', () => {
    const parts = [
      { ...healthy, subTopology: 'a', assigned: false },
      { ...healthy, subTopology: 'b', breaker: 'half-open', dependency: 'triton' } as const,
      { ...healthy, subTopology: 'c', draining: true },
    ]
    assert.deepEqual(readiness(parts).problems, [
      'a: waits for its partitions',
      'b: triton is down',
      'c: draining',
    ])
  })
})
