import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { asUri } from '../../../schemas/brands.ts'
import type { LedgerEntry } from '../../../schemas/generated/types.ts'
import type { TopicName } from '../../../topology/model/record.ts'
import {
  rangeOutputs,
  type BookEnvironment,
  type RangeEnd,
} from '../../../topology/runtime/range-outputs.ts'
import { anEnvelope, documentIdOf } from '../../builders/an-envelope.ts'

const ledger = 'ledger' as TopicName
const partition = { topic: 'input' as TopicName, partition: 0 }

/** Ledger entries come out as they are, not encoded. */
const entriesOf = (
  outputs: RangeEnd['outputs'],
  fresh: readonly number[] = [0, 1, 2],
): readonly LedgerEntry[] => {
  const entries: LedgerEntry[] = []
  const env = {
    name: 'files',
    topology: { ledger: { name: ledger } },
    serdes: new Map([
      [ledger, { encode: (entry: LedgerEntry) => (entries.push(entry), Buffer.of()) }],
    ]),
    ports: { clock: { now: () => 0 }, identity: { codeVersion: '1', configHash: '2' } },
  } as unknown as BookEnvironment
  const source = { key: Buffer.from('k'), value: Buffer.from('v'), timestamp: 0, headers: {} }
  const sink = { name: 'files', version: 1 }
  const sources = [0, 1, 2].map((offset) => ({ ...source, offset }))
  rangeOutputs(
    env,
    sink,
    { partition, sources, startedAt: 0 },
    {
      outputs,
      records: fresh.map((offset) => ({
        ...partition,
        ...source,
        offset,
        key: 'k',
        value: anEnvelope({ documentId: documentIdOf(offset) }),
      })),
      failures: [],
    },
  )
  return entries
}

describe('the ledger of a range', () => {
  it('names for every record the files that hold something of it, and no others', () => {
    const [january, february] = [asUri('file:///january'), asUri('file:///february')]
    const entries = entriesOf([
      { uri: january, offsets: [0, 2] },
      { uri: february, offsets: [2] },
    ])
    assert.deepEqual(
      entries.map(({ documentId, outputs }) => [documentId, outputs]),
      [
        [documentIdOf(0), [january]],
        [documentIdOf(1), []],
        [documentIdOf(2), [january, february]],
      ],
    )
  })

  it('has no entry of a copy, whose document is in the files of the first one', () => {
    const file = asUri('file:///january')
    const entries = entriesOf([{ uri: file, offsets: [0] }], [0])
    assert.deepEqual(
      entries.map(({ documentId, outputs }) => [documentId, outputs]),
      [[documentIdOf(0), [file]]],
    )
  })
})
