import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { deadLetterCodec } from '../../../schemas/generated/codecs.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import { SeededRandom } from '../../../topology/testing/seeded-random.ts'
import { createPackageSchemaRegistry } from '../../../drivers/embedded/schema-registry/package-schema-registry.ts'
import type { KafkaCluster } from '../../services/kafka-cluster.ts'
import { unleash } from './chaos.ts'
import { openEffects, type Effects } from './effects.ts'
import { planFaults, type FaultCounts } from './faults.ts'
import { startFeed, type InputAt } from './feed.ts'
import { decodeItem, decodeResult, encodeItem, isPoison, type Item } from './item.ts'
import { logOptions } from './log-options.ts'
import { Pace } from './pace.ts'
import { deadLetters, inputs, ledger, results } from './proof-topology.ts'
import { readAll, uncommitted } from './read-log.ts'
import { watchRewinds } from './rewinds.ts'
import { judge, type Delivery, type Verdict } from './verdict.ts'
import { Workers } from './workers.ts'

export interface ProofOptions {
  readonly seed: number
  readonly delivery: Delivery
  readonly records: number
  readonly workers: number
  readonly sessionMs: number
  readonly faults: FaultCounts
  /** Longest time from the last fault until everything is done, milliseconds. */
  readonly quietMs: number
}

export interface ProofReport {
  readonly verdict: Verdict
  readonly inputs: number
  readonly faults: FaultCounts
  readonly processes: number
  /** Faults before which results had reached the sink since the fault before: of two at once only one counts. */
  readonly midFlow: number
  /** Results that reached the sink between the first fault and the last. */
  readonly amongFaults: number
  readonly seconds: number
  /** From the last fault until everything was done. */
  readonly quietSeconds: number
  readonly date: string
  /** What workers said that were running and ended by themselves. None may. */
  readonly gaveUp: readonly string[]
  /** Workers that could not start, as the broker was away, and were started again. */
  readonly startedAgain: number
  /** Partitions that were not committed to their end, by group. */
  readonly behind: readonly string[]
  /** How often committed offsets were seen to go back. */
  readonly rewinds: number
}

const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const script = new URL(`./worker.${import.meta.url.slice(-2)}`, import.meta.url).pathname

/** What reads what. */
const groups = [
  ['proof.work', inputs.name],
  ['proof.deliver', results.name],
] as const

const keys = 300

/** Key after key. */
const inputAt: InputAt<Item> = (number) => {
  const item = { key: `k${number % keys}`, seq: Math.floor(number / keys) }
  const value = encodeItem(item)
  const key = Buffer.from(item.key)
  return { item, records: [{ topic: inputs.name, key, value, timestamp: Date.now(), headers: {} }] }
}

/**
 * Starts the broker again, and resolves when all inputs can be written: one that answers may not have found yet what it leads.
 * What it then refuses of a batch in part could only be sent again twice.
 */
const restartAndLead = async (broker: KafkaCluster, log: RecordLog): Promise<void> => {
  await broker.restart()
  for (let left = 20; ; left--)
    try {
      await log.ends(inputs.name)
      return
    } catch (error) {
      if (left === 0) throw error
      await pass(500)
    }
}

/** Runs the whole proof on brokers of its own. */
export const prove = async (
  options: ProofOptions,
  broker: KafkaCluster,
  folder: string,
  say: (line: string) => void,
): Promise<ProofReport> => {
  const { bootstrap } = broker
  const logs = join(folder, 'workers')
  mkdirSync(logs, { recursive: true })
  const log = await createKafkaRecordLog(logOptions(bootstrap, options.sessionMs))
  const effects = await openEffects()
  const { sessionMs, delivery } = options
  const settings = [bootstrap, String(sessionMs), effects.url, delivery]
  const workers = new Workers({ folder: logs, script, settings })
  const gaveUp: string[] = []
  let startedAgain = 0
  const watch = setInterval(() => {
    for (const { name, said, wasRunning } of workers.replaceEnded()) {
      say(`${name} ended: ${said.split('\n').at(-1)}`)
      if (wasRunning) gaveUp.push(`${name}: ${said}`)
      else startedAgain++
    }
  }, 300)
  const rewinds = watchRewinds(
    log,
    groups.map(([group]) => group),
    say,
  )
  try {
    const started = performance.now()
    await log.ensureTopics([inputs, results, deadLetters, ledger])
    for (let count = 0; count < options.workers; count++) workers.start()
    const plan = planFaults(options.seed, options.faults, sessionMs)
    const pace = new Pace(options.records, plan.length, effects.distinct)
    const feed = startFeed(log, () => pace.allowed, inputAt)
    const random = new SeededRandom(options.seed)
    const faults = await unleash(plan, {
      workers,
      service: { kill: broker.kill, restart: () => restartAndLead(broker, log) },
      feed,
      random,
      due: pace.due,
      say: (line) => say(`${line}; ${effects.distinct()} of ${feed.sent().length} done`),
    })
    const quietFrom = performance.now()
    const amongFaults = effects.distinct() - pace.firstAt
    await feed.finish(options.records)
    const behind = await untilDone(log, effects, feed.sent(), options.quietMs)
    const quietSeconds = (performance.now() - quietFrom) / 1_000
    await workers.stop()
    const verdict = judge({ delivery, effects: effects.all, ...(await readTopics(log)) })
    return {
      verdict,
      inputs: feed.sent().length,
      faults,
      processes: workers.started,
      midFlow: pace.midFlow,
      amongFaults,
      seconds: (performance.now() - started) / 1_000,
      quietSeconds,
      date: new Date().toISOString().slice(0, 10),
      gaveUp,
      startedAgain,
      behind,
      rewinds: rewinds.count(),
    }
  } finally {
    clearInterval(watch)
    rewinds.stop()
    await workers.stop()
    await effects.close()
    await log.close()
  }
}

/** Waits until every good input has an effect and every group has committed everything; answers what has not. */
const untilDone = async (
  log: RecordLog,
  effects: Effects,
  sent: readonly Item[],
  limitMs: number,
): Promise<readonly string[]> => {
  const good = sent.filter((item) => !isPoison(item)).length
  const deadline = performance.now() + limitMs
  for (;;) {
    const behind = await uncommitted(log, groups)
    if (behind.length === 0 && effects.distinct() >= good) return []
    if (performance.now() > deadline) {
      const missing = good - effects.distinct()
      return missing > 0 ? [...behind, `${missing} effects`] : behind
    }
    await pass(200)
  }
}

const none = new Uint8Array()

const readTopics = async (log: RecordLog) => {
  const sources = await readAll(log, inputs)
  const items = sources.map(({ record }) => decodeItem(record.value ?? none))
  const places = new Map(
    sources.map(({ partition, record }, index) => [`${partition}/${record.offset}`, items[index]!]),
  )
  const serde = await createPackageSchemaRegistry().open(deadLetterCodec)
  const letters: Item[] = []
  for (const { record } of await readAll(log, deadLetters)) {
    const letter = await serde.decode(record.value ?? none)
    const item = places.get(`${letter.sourcePartition}/${letter.sourceOffset}`)
    // A letter of anything else is one that nobody asked for.
    const ours = letter.sourceTopic === inputs.name && letter.code === 'planted'
    letters.push(ours && item ? item : { key: `${letter.sourceTopic}, ${letter.code}`, seq: -1 })
  }
  return {
    inputs: items,
    results: (await readAll(log, results)).map(({ record }) => decodeResult(record.value ?? none)),
    deadLetters: letters,
  }
}

/** True when nothing was lost, doubled, reordered or left behind, no offset went back, and nobody gave up. */
export const holds = ({ verdict, behind, gaveUp, rewinds }: ProofReport): boolean =>
  behind.length === 0 &&
  rewinds === 0 &&
  gaveUp.length === 0 &&
  Object.values(verdict.broken).every((count) => count === 0)
