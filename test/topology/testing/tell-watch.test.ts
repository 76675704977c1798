import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { LogTransaction } from '../../../topology/ports/record-log.ts'
import { TellWatch } from '../../../topology/testing/simulation/tell-watch.ts'

const aTransaction = (): LogTransaction => ({ epoch: 1, outputs: [], state: [], offsets: [] })

describe('The watch over what is told', () => {
  let watch: TellWatch
  let found: string[]

  beforeEach(() => {
    found = []
    watch = new TellWatch((kind, detail) => found.push(`${kind}: ${detail}`))
  })

  const tell = (times: number): void => {
    for (let time = 0; time < times; time++)
      watch.told({ kind: 'finished', subTopology: 'part', outcome: 'forwarded' })
  }

  it('accepts every record told once after it was committed, however often that took effect', () => {
    const transaction = aTransaction()
    watch.committed(transaction, 2)
    watch.committed(transaction, 0)
    watch.answered('part', transaction)
    tell(2)
    watch.finish()
    assert.deepEqual(found, [])
  })

  it('owes nothing for what nobody learnt of', () => {
    watch.committed(aTransaction(), 2)
    watch.finish()
    assert.deepEqual(found, [])
  })

  it('rejects what is told before its answer, or twice', () => {
    const transaction = aTransaction()
    watch.committed(transaction, 1)
    tell(1)
    watch.answered('part', transaction)
    tell(1)
    assert.deepEqual(found, [
      'TOLD: part tells of 1 records and committed 0',
      'TOLD: part tells of 2 records and committed 1',
    ])
  })

  it('rejects in the end what was not told', () => {
    const transaction = aTransaction()
    watch.committed(transaction, 1)
    watch.answered('part', transaction)
    watch.finish()
    assert.deepEqual(found, ['TOLD: part tells of 0 records and committed 1'])
  })
})
