import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createLagReader } from '../../../cli/operations/read-lags.ts'
import type { Topology } from '../../../topology/model/topology.ts'
import type { Ports } from '../../../topology/ports/ports.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import type { PartState } from '../../../topology/ports/telemetry.ts'
import { defaultRuntimeOptions } from '../../../topology/runtime/options.ts'
import type { RunningPart } from '../../../topology/runtime/run-sub-topology.ts'
import { ManualClock } from '../../../topology/testing/manual-clock.ts'
import { advance } from '../../../topology/testing/settle.ts'
import { createTopics } from '../../../topology/topics.ts'

const { chunks } = createTopics(2).topics
const topology = {
  name: 'test',
  hash: 'hash',
  subTopologies: [{ name: 'part', nodes: [{ kind: 'source', name: 'chunks', topic: chunks }] }],
} as unknown as Topology

const aReader = (committed: RecordLog['committed'], owned: readonly number[]) => {
  const clock = new ManualClock(0)
  const log = { committed, ends: async () => [5, 7], read: async () => [] } as unknown as RecordLog
  const partitions = owned.map((partition) => ({ topic: chunks.name, partition }))
  const part = {
    name: 'part',
    state: () => ({ subTopology: 'part', partitions }) as unknown as PartState,
  } as RunningPart
  const options = defaultRuntimeOptions
  const env = { log, topology, options, ports: { clock } as unknown as Ports }
  return { clock, reader: createLagReader(env, { parts: [part] }) }
}

describe('reading lag at a scrape', () => {
  it('asks for the partitions of this process only', async () => {
    const { reader } = aReader(async () => [], [1])
    const lags = await reader.read()
    assert.deepEqual(
      lags.map(({ partition, end }) => [partition, end]),
      [[1, 7]],
    )
    assert.equal(reader.failures(), 0)
  })

  it('goes without an answer after a while, and asks a log that is away only once at a time', async () => {
    let asked = 0
    const { clock, reader } = aReader(() => {
      asked++
      return new Promise(() => {})
    }, [0])
    for (let round = 1; round <= 3; round++) {
      const reading = reader.read()
      await advance(clock, 3_000)
      assert.deepEqual(await reading, [])
      assert.equal(reader.failures(), round)
    }
    assert.equal(asked, 1)
  })

  it('asks again after an error', async () => {
    let fails = true
    const { reader } = aReader(async () => {
      if (fails) throw new Error('away')
      return []
    }, [0])
    assert.deepEqual(await reader.read(), [])
    fails = false
    assert.equal((await reader.read()).length, 1)
    assert.equal(reader.failures(), 1)
  })
})
