import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { forward } from '../../../topology/model/outcome.ts'
import type { RangeSink } from '../../../topology/model/stage.ts'
import type { TopologyBuilder } from '../../../topology/model/builder.ts'
import { advance } from '../../../topology/testing/settle.ts'
import { anEngine, asking, input, output } from './an-engine.ts'

/** Holds everything back until it is flushed. */
const holdingBack = (name: string, written: string[]): RangeSink<string> => ({
  kind: 'range-sink',
  name,
  version: 1,
  doc: '',
  ordered: true,
  rotate: { maxRecords: 1_000, maxBytes: 1_000_000, maxAgeMs: 86_400_000 },
  timeoutMs: 60_000,
  write: async (range) => {
    written.push(`${name} ${range.records.map(({ value }) => value).join('')}`)
    return { outputs: [], counts: {}, failures: [] }
  },
})

const slowly = asking(async (value, { ports }) => {
  await new Promise<void>((resolve) => void ports.clock.after(10_000, resolve))
  return forward(value.toUpperCase())
})

describe('A topology that is to be drained', () => {
  it('flushes what holds a topic back when all that feeds it is done, and not before', async () => {
    const written: string[] = []
    const files = (graph: TopologyBuilder): void => {
      const part = graph.subTopology('files', '')
      part.from(input).sink(holdingBack('inputs', written))
      part.from(output).sink(holdingBack('outputs', written))
    }
    const engine = await anEngine((source, graph) => {
      source.via(slowly).to(output)
      files(graph)
    })
    for (const value of ['a', 'b']) engine.put(value, value)
    const drained = engine.running.drained()
    await advance(engine.clock, 5_000)
    assert.deepEqual(written, ['inputs ab'])
    await engine.wait(drained)
    assert.deepEqual(written, ['inputs ab', 'outputs AB'])
  })

  it('is drained in whatever order its sub-topologies were declared', async () => {
    const written: string[] = []
    const engine = await anEngine((source, graph) => {
      source.sink(holdingBack('inputs', written))
      graph.subTopology('files', '').from(output).sink(holdingBack('outputs', written))
      graph.subTopology('work', '').from(input).via(slowly).to(output)
    })
    engine.put('a', 'a')
    await engine.wait(engine.running.drained())
    assert.deepEqual(written, ['inputs a', 'outputs A'])
  })
})
