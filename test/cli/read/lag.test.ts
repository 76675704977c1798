import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { lagOf } from '../../../cli/read/lag.ts'
import type { ReadableLog } from '../../../cli/read/read-topic.ts'
import type { SubTopology, Topology } from '../../../topology/model/topology.ts'
import type { CommittedOffset, Delivery } from '../../../topology/ports/record-log.ts'
import { encodeNote, type CommitNote } from '../../../topology/runtime/commit-metadata.ts'

const hash = 'abcdef123456'
const name = 'archive.documents' as CommittedOffset['topic']

const topology = { name: 'archive', hash } as Topology
const part = {
  name: 'prepare',
  nodes: [{ kind: 'source', name: 'documents', topic: { name } }],
} as unknown as SubTopology

const committedAt = (partition: number, offset: number, note: CommitNote, by = hash) =>
  ({ topic: name, partition, offset, metadata: encodeNote(by, offset, note) }) as CommittedOffset

const lagWith = async (
  ends: readonly number[],
  committed: readonly CommittedOffset[],
  first = 0,
  delivery?: Delivery,
) => {
  const asked: string[] = []
  const log: ReadableLog = {
    ends: () => Promise.resolve(ends),
    committed: (group) => {
      asked.push(group)
      return Promise.resolve(committed)
    },
    read: (_, offset) =>
      Promise.resolve([
        {
          offset: Math.max(offset, first),
          key: new Uint8Array(),
          value: null,
          timestamp: 500,
          headers: {},
        },
      ]),
  }
  const [lag, ...others] = await lagOf(log, topology, part, { now: 3_000, delivery })
  assert.deepEqual(others, [])
  assert.deepEqual(asked, ['archive.prepare'])
  return lag
}

const labels = { subTopology: 'prepare', topic: name }

describe('lagOf', () => {
  it('adds up the partitions, those without a commit from the beginning', async () => {
    const lag = await lagWith([10, 7], [committedAt(0, 4, { kind: 'none' })])
    assert.deepEqual(lag, {
      ...labels,
      end: 17,
      committed: 4,
      lag: 13,
      lagSeconds: 2.5,
      inFlight: 0,
    })
  })

  it('does not count what is finished beyond the committed position', async () => {
    const note = { kind: 'done', offsets: [6, 8] } as const
    const lag = await lagWith([10], [committedAt(0, 4, note)])
    // 4, 5 and 7 stand before a finished one; 9 was not begun as far as anybody knows.
    assert.deepEqual(lag, {
      ...labels,
      end: 10,
      committed: 4,
      lag: 4,
      lagSeconds: 2.5,
      inFlight: 3,
    })
  })

  it('counts a claimed range as begun', async () => {
    const lag = await lagWith([10], [committedAt(0, 2, { kind: 'claim', end: 9 })])
    assert.deepEqual(lag, {
      ...labels,
      end: 10,
      committed: 2,
      lag: 8,
      lagSeconds: 2.5,
      inFlight: 7,
    })
  })

  it('ignores notes of another topology, whose records will be done again', async () => {
    const note = { kind: 'done', offsets: [6, 8] } as const
    const lag = await lagWith([10], [committedAt(0, 4, note, '000000000000')])
    assert.deepEqual(lag, {
      ...labels,
      end: 10,
      committed: 4,
      lag: 6,
      lagSeconds: 2.5,
      inFlight: 0,
    })
  })

  it('counts as finished what another topology finished where each output is to be there once', async () => {
    const note = { kind: 'done', offsets: [6, 8] } as const
    const foreign = [committedAt(0, 4, note, '000000000000')]
    const lag = await lagWith([10], foreign, 0, 'exactly-once')
    assert.deepEqual([lag?.lag, lag?.inFlight], [4, 3])
  })

  it('has no lag where everything is committed', async () => {
    const lag = await lagWith([3], [committedAt(0, 3, { kind: 'none' })])
    assert.deepEqual(lag, {
      ...labels,
      end: 3,
      committed: 3,
      lag: 0,
      lagSeconds: null,
      inFlight: 0,
    })
  })

  it('does not count what retention has taken away', async () => {
    const note = { kind: 'done', offsets: [6, 8] } as const
    const lag = await lagWith([10], [committedAt(0, 4, note)], 7)
    // 7 and 9 are left to do.
    assert.equal(lag?.lag, 2)
  })
})
