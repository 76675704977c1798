import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import { ManualClock } from '../../../topology/testing/manual-clock.ts'
import { SeededRandom } from '../../../topology/testing/seeded-random.ts'
import { runUntil } from '../../../topology/testing/settle.ts'
import { Checker } from '../../../topology/testing/simulation/checker.ts'
import { makeInputs, type Input } from '../../../topology/testing/simulation/inputs.ts'
import { itemCodec } from '../../../topology/testing/simulation/item.ts'
import { startMember } from '../../../topology/testing/simulation/members.ts'
import { makeSettings } from '../../../topology/testing/simulation/settings.ts'
import {
  deadLetterTopic,
  ledgerTopic,
  smallTopology,
} from '../../../topology/testing/simulation/small-topology.ts'
import { World } from '../../../topology/testing/simulation/world.ts'
import { noFaults } from '../../../topology/testing/log-faults.ts'
import { SimulatedRecordLog } from '../../../topology/testing/simulated-record-log.ts'

/** One call of the checker. `out` is the id of the item that came out, where one did. */
interface Step {
  readonly tell: (checker: Checker) => void
  readonly out?: string
}

interface Recorded {
  readonly steps: readonly Step[]
  readonly inputs: readonly Input[]
  readonly hash: string
}

/** What the engine did when nothing went wrong, step by step. */
const record = async (): Promise<Recorded> => {
  const random = new SeededRandom(8)
  const clock = new ManualClock(0)
  const steps: Step[] = []
  const note = (tell: Step['tell'], out?: string): void =>
    void steps.push(out === undefined ? { tell } : { tell, out })
  const settings = makeSettings(random)
  const weather = { transient: 0, hangs: 0, slow: 0, maxDelayMs: 5, filesMs: 5 }
  const world = new World(clock, random.fork(), weather, {
    indexed: (item) => note((checker) => checker.indexed(item)),
    wroteRows: (rows) => note((checker) => checker.wroteRows(rows)),
    violated: (kind) => assert.fail(kind),
    called: () => {},
  })
  const topology = smallTopology(world, settings.topology)
  const log = new SimulatedRecordLog(clock, {
    observer: {
      appended: (topic, partition, stored) =>
        note(
          (checker) => checker.appended(topic, partition, stored),
          topic === 'out' ? itemCodec.decode(stored.value!).id : undefined,
        ),
      committed: (group, transaction) => note((checker) => checker.committed(group, transaction)),
    },
  })
  await log.ensureTopics([...topology.topics, deadLetterTopic, ledgerTopic])
  const inputs = makeInputs(random, 40)
  const { runtime: options } = settings
  const onFatal = (error: unknown): void => assert.fail(String(error))
  const tamper = (it: RecordLog): RecordLog => it
  const setUp = { log, topology, options, random, faults: noFaults, onFatal }
  startMember({ ...setUp, tamper }, 'm0')
  log.append(inputs.map(({ record }) => record))
  await runUntil(clock, 30_000, () => false)
  return { steps, inputs, hash: topology.hash }
}

describe('The checker', () => {
  let recorded: Recorded
  let outs: readonly number[]

  before(async () => {
    recorded = await record()
    outs = [...recorded.steps.keys()].filter((at) => recorded.steps[at]?.out !== undefined)
  })

  const violationsOf = (steps: readonly Step[]): readonly string[] => {
    const found: string[] = []
    const items = recorded.inputs.map(({ item }) => [item.id, item] as const)
    const checker = new Checker(new Map(items), recorded.hash, true, ({ kind }) => found.push(kind))
    for (const { tell } of steps) tell(checker)
    checker.finish()
    return [...new Set(found)]
  }

  it('accepts what was recorded', () => {
    assert.ok(outs.length > 20)
    assert.deepEqual(violationsOf(recorded.steps), [])
  })

  it('rejects it when one record is lost', () => {
    const lost = recorded.steps.toSpliced(outs[5]!, 1)
    assert.deepEqual(violationsOf(lost), ['LOSS'])
  })

  it('rejects it when one record is there twice', () => {
    const at = outs[5]!
    const doubled = recorded.steps.toSpliced(at, 0, recorded.steps[at]!)
    assert.deepEqual(violationsOf(doubled), ['DOUBLE'])
  })

  it('rejects it when two records of a key have changed places', () => {
    const key = (at: number): string => recorded.steps[at]!.out!.split('.')[0]!
    const first = outs.find((at) => outs.some((other) => other > at && key(other) === key(at)))!
    const second = outs.find((other) => other > first && key(other) === key(first))!
    const { steps } = recorded
    const swapped = steps.with(first, steps[second]!).with(second, steps[first]!)
    assert.ok(violationsOf(swapped).includes('ORDER'))
  })

  it('rejects it when the end is missing, although nothing was committed without it', () => {
    const cut = recorded.steps.slice(0, outs.at(-1))
    assert.deepEqual(violationsOf(cut), ['LOSS'])
  })
})
