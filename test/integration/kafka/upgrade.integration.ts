import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, it } from 'mocha'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { describe as described } from '../../../topology/model/describe.ts'
import { diff } from '../../../topology/model/diff.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import { kafka } from '../../services/services.ts'
import { until } from './an-engine-on-kafka.ts'
import { optionsFor } from './connections.ts'
import {
  doubles,
  numbers,
  numbersTopics,
  numbersTopology,
  type Double,
} from './numbers-topology.ts'

const script = new URL(`./numbers-member.${import.meta.url.slice(-2)}`, import.meta.url).pathname
const keys = 20
const count = 4_000

const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

interface Made extends Double {
  readonly key: string
}

describe('a topology that is upgraded process by process', function () {
  this.timeout(90_000)
  let log: RecordLog | undefined
  let processes: ChildProcess[] = []

  afterEach(async () => {
    for (const child of processes.splice(0)) child.kill('SIGKILL')
    await log?.close()
  })

  /** All of the topic is read each time, so not too often. */
  const untilMade = (enough: (all: readonly Made[]) => boolean): Promise<void> =>
    until(async () => {
      await pass(300)
      return enough(await made())
    })

  const made = async (): Promise<readonly Made[]> => {
    const found: Made[] = []
    for (const partition of [0, 1, 2, 3]) {
      const at = { topic: doubles.name, partition }
      for (const { key, value } of await log!.read(at, 0, 100_000)) {
        const double = JSON.parse(Buffer.from(value ?? []).toString()) as Double
        found.push({ ...double, key: Buffer.from(key).toString() })
      }
    }
    return found
  }

  it('is a change that diff calls one for a replay, and no more', () => {
    const { verdict } = diff(described(numbersTopology(1)), described(numbersTopology(2)))
    assert.equal(verdict, 'needs-replay')
  })

  for (const delivery of ['at-least-once', 'exactly-once'] as const)
    it(`loses nothing and keeps the order of keys, ${delivery}`, async () => {
      const { bootstrap } = (await kafka('kafka-4.3.1')).address
      const options = optionsFor(bootstrap)
      log = await createKafkaRecordLog(options)
      await log.ensureTopics(numbersTopics)
      const start = (version: number): ChildProcess => {
        const args = [script, bootstrap, options.prefix ?? '', String(version), delivery]
        const child = spawn(process.execPath, ['--enable-source-maps', ...args], {
          stdio: 'inherit',
        })
        processes.push(child)
        return child
      }
      const [one, other] = [start(1), start(1)]
      const sent = Array.from({ length: count }, (_, number) => ({
        topic: numbers.name,
        key: Buffer.from(`k${number % keys}`),
        value: Buffer.from(`${number}`),
        timestamp: 0,
        headers: {},
      }))
      const fed = (async () => {
        for (let from = 0; from < count; from += 20) {
          await log!.produce(sent.slice(from, from + 20))
          await pass(20)
        }
      })()
      await untilMade((all) => all.length > count / 10)
      // One is told to stop and replaced, the other dies in the middle of its work.
      one.kill('SIGTERM')
      await once(one, 'exit')
      start(2)
      await untilMade((all) => all.some(({ version }) => version === 2))
      other.kill('SIGKILL')
      start(2)
      await fed
      await untilMade((all) => new Set(all.map(({ number }) => number)).size === count)
      const all = await made()
      if (delivery === 'exactly-once') assert.equal(all.length, count)
      for (let key = 0; key < keys; key++) {
        const mine = all.filter((each) => each.key === `k${key}`).map(({ number }) => number)
        const firsts = [...new Set(mine)]
        assert.deepEqual(
          firsts,
          firsts.toSorted((a, b) => a - b),
        )
      }
      const versions = new Set(all.map(({ version }) => version))
      assert.deepEqual(versions, new Set([1, 2]))
    })
})
