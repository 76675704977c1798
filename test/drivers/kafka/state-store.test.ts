import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Reader } from '../../../drivers/kafka/reader.ts'
import { createStateStore } from '../../../drivers/kafka/state-store.ts'
import type { LogRecord } from '../../../topology/ports/record-log.ts'

type Written = readonly [key: string, value: string, term?: string]

const readerOf = (...written: readonly Written[]): Reader => {
  const records = written.map(([key, value, term], offset): LogRecord => ({
    offset,
    key: Buffer.from(key),
    value: Buffer.from(value),
    timestamp: 0,
    headers: term === undefined ? {} : { term: Buffer.from(term) },
  }))
  return {
    counts: async () => new Map(),
    partitions: async () => 1,
    bounds: async () => [{ start: 0, end: records.length }],
    read: async (_, offset) => records.slice(offset),
    close: async () => {},
  }
}

const restored = async (...written: readonly Written[]) => {
  const store = createStateStore(readerOf(...written), 'state')
  await store.restore([0], 7, () => true)
  return store
}

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString()

describe('the state of a Kafka group', () => {
  it('is what was written last', async () => {
    const store = await restored(['k', 'one', '3'], ['k', 'two', '3'], ['k', 'three', '4'])
    assert.equal(text(store.get('k')), 'three')
  })

  it('passes over what an earlier owner wrote too late', async () => {
    const store = await restored(['k', 'old', '3'], ['k', 'new', '4'], ['k', 'late', '3'])
    assert.equal(text(store.get('k')), 'new')
  })

  it('takes records without a term, and those of others that look like one, for the oldest', async () => {
    const store = await restored(['k', 'old'], ['l', 'odd', 'x'], ['k', 'new', '1'], ['l', 'late'])
    assert.equal(text(store.get('k')), 'new')
    assert.equal(text(store.get('l')), 'odd')
  })

  it('is written with a higher term than all before, also when generations began anew', async () => {
    const store = await restored(['k', 'old', '50'])
    assert.equal(text(store.headersOf(0)['term']), '57')
  })
})
