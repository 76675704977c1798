import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Fault, type FaultKind } from '../../../topology/model/failure.ts'
import type { LogTransaction } from '../../../topology/ports/record-log.ts'
import { commitWithRetry } from '../../../topology/runtime/commit-with-retry.ts'
import { advance } from '../../../topology/testing/settle.ts'
import { aPartEnvironment } from './a-part-environment.ts'

const transaction: LogTransaction = { epoch: 1, outputs: [], state: [], offsets: [] }

/** Commits to a log that answers so, one after the other: with a word, or with a fault of that kind. */
const committing = (...answers: readonly ('committed' | 'fenced' | FaultKind)[]) => {
  const left = [...answers]
  const set = aPartEnvironment({
    commit: async () => {
      const answer = left.shift()!
      if (answer === 'committed' || answer === 'fenced') return answer
      throw new Fault(answer, 'record-log', 'away')
    },
  })
  let wanted = true
  const result = commitWithRetry(set.env, () => wanted, transaction)
  result.catch(() => {})
  return { ...set, result, left, giveUp: () => (wanted = false) }
}

describe('A commit with retries', () => {
  it('is tried until the log answers, and tells how long that took', async () => {
    const { result, clock, events } = committing('transient', 'dependency-down', 'committed')
    await advance(clock, 10_000)
    assert.equal(await result, 'committed')
    const retry = { kind: 'retry', subTopology: 'part', stage: 'commit' }
    const fault = { dependency: 'record-log', reason: 'away' }
    assert.deepEqual(events, [
      { ...retry, attempt: 1, ...fault },
      { ...retry, attempt: 2, ...fault },
      { kind: 'committed', subTopology: 'part', ms: 300 },
    ])
  })

  it('tells that it was fenced', async () => {
    const { result, events } = committing('fenced')
    assert.equal(await result, 'fenced')
    assert.deepEqual(events, [{ kind: 'fenced', subTopology: 'part' }])
  })

  it('is given up as fenced once nobody wants it', async () => {
    const { result, clock, events, left, giveUp } = committing('transient', 'committed')
    giveUp()
    await advance(clock, 10_000)
    assert.equal(await result, 'fenced')
    assert.deepEqual(left, ['committed'])
    assert.equal(events.at(-1)?.kind, 'fenced')
  })

  it('is not tried again after a fatal fault', async () => {
    const { result, left, events } = committing('fatal', 'committed')
    await assert.rejects(result, { message: 'away' })
    assert.deepEqual([left, events], [['committed'], []])
  })
})
