import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { deadLetterCodec, ledgerEntryCodec } from '../../../schemas/generated/codecs.ts'
import { topology } from '../../../topology/model/builder.ts'
import { topic } from '../../../topology/model/topic.ts'
import type { Ports } from '../../../topology/ports/ports.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import type { SchemaRegistry } from '../../../topology/ports/schema-registry.ts'
import { createInlinePureRunner } from '../../../topology/runtime/inline-pure-runner.ts'
import { defaultRuntimeOptions } from '../../../topology/runtime/options.ts'
import { runTopology } from '../../../topology/runtime/run-topology.ts'
import { anyCodec } from '../../../topology/testing/any-codec.ts'
import { ManualClock } from '../../../topology/testing/manual-clock.ts'
import { SimulatedRecordLog } from '../../../topology/testing/simulated-record-log.ts'
import { simulatedSchemaRegistry } from '../../../topology/testing/simulated-schema-registry.ts'

const clock = new ManualClock(0)
const aTopic = (name: string) => topic(name, anyCodec<string>(name), { partitions: 1 })
const [input, middle, output] = [aTopic('in'), aTopic('middle'), aTopic('out')]

const twoParts = () => {
  const graph = topology('test', {
    topics: [input, middle, output],
    deadLetters: topic('dead', deadLetterCodec),
    ledger: topic('ledger', ledgerEntryCodec),
  })
  graph.subTopology('first', '').from(input).to(middle)
  graph.subTopology('second', '').from(middle).to(output)
  return graph.build()
}

type Join = RecordLog['join']

/** A log whose groups are joined the way given; `left` are those that were left. */
const joinedBy = (join: (real: Join, ...args: Parameters<Join>) => ReturnType<Join>) => {
  const real = new SimulatedRecordLog(clock)
  const left: string[] = []
  const log: RecordLog = {
    // oxlint-disable-next-line typescript/no-misused-spread -- its methods are its own properties
    ...real,
    atomicCommit: true,
    join: async (...args) => {
      const consumer = await join(real.join, ...args)
      const { poll, pause, resume, commit, readState } = consumer
      const leave = async (): Promise<void> => {
        left.push(args[0])
        await consumer.leave()
      }
      return { poll, pause, resume, commit, readState, leave }
    },
  }
  return { log, left }
}

const start = (log: RecordLog, registry = simulatedSchemaRegistry) => {
  const built = twoParts()
  return runTopology({
    topology: built,
    log,
    registry,
    ports: { clock, random: { next: () => 0 }, identity: {} } as unknown as Ports,
    pure: createInlinePureRunner(built),
    telemetry: { emit: () => undefined },
    options: defaultRuntimeOptions,
  })
}

describe('starting a topology', () => {
  it('lets all sub-topologies join at once, as each waits for its group', async () => {
    let joining = 0
    let bothAtOnce: () => void = () => undefined
    const both = new Promise<void>((resolve) => (bothAtOnce = resolve))
    const { log } = joinedBy(async (real, ...args) => {
      if (++joining === 2) bothAtOnce()
      await both
      return real(...args)
    })
    const running = await start(log)
    assert.equal(running.parts.length, 2)
    await running.kill()
  })

  it('says that topics are missing before it says that schemas are', async () => {
    const { log } = joinedBy((real, ...args) => real(...args))
    const missing: RecordLog = {
      ...log,
      ensureTopics: async () => {
        await new Promise(setImmediate)
        throw new Error('no topic')
      },
    }
    const registry: SchemaRegistry = {
      ...simulatedSchemaRegistry,
      open: () => Promise.reject(new Error('no schema')),
    }
    await assert.rejects(start(missing, registry), /no topic/)
    await assert.rejects(start(log, registry), /no schema/)
  })

  it('leaves the groups it has joined when it cannot join one', async () => {
    const { log, left } = joinedBy(async (real, group, ...rest) => {
      if (group === 'test.second') throw new Error('no')
      return real(group, ...rest)
    })
    await assert.rejects(start(log), /^Error: no$/)
    assert.deepEqual(left, ['test.first'])
  })
})
