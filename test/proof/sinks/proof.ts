import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createPackageSchemaRegistry } from '../../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { createRedisCache } from '../../../drivers/redis/redis-cache.ts'
import {
  deadLetterCodec,
  embeddingSetCodec,
  summaryCodec,
} from '../../../schemas/generated/codecs.ts'
import type { Codec } from '../../../schemas/codec.ts'
import type { Summary } from '../../../schemas/generated/types.ts'
import { storedSummary } from '../../../sinks/summaries/summary-object.ts'
import { projectSummary } from '../../../sinks/summaries/index.ts'
import { Fault } from '../../../topology/model/failure.ts'
import type { SinkRecord } from '../../../topology/model/stage.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import { SeededRandom } from '../../../topology/testing/seeded-random.ts'
import type { NativeKafka } from '../../services/kafka.ts'
import type { NativeRedis } from '../../services/redis.ts'
import { makeBucket, s3Url, type NativeS3 } from '../../services/s3.ts'
import type { NativeVectorEngine } from '../../services/vector-engine.ts'
import { unleash, type Restartable } from '../kafka/chaos.ts'
import { planFaults, type FaultCounts } from '../kafka/faults.ts'
import { startFeed, type InputAt } from '../kafka/feed.ts'
import { logOptions } from '../kafka/log-options.ts'
import { Pace } from '../kafka/pace.ts'
import { readAll, uncommitted } from '../kafka/read-log.ts'
import { Workers } from '../kafka/workers.ts'
import { inputOf, sourceOf } from './events.ts'
import { startFaultProxy, type ProxyFault } from './fault-proxy.ts'
import { bucket, redisOptions } from './places.ts'
import { pointsOf, readFiles } from './read-stores.ts'
import { deadLetters, embeddings, ledger, readings, summaries } from './sinks-topology.ts'
import { openVectorPlace } from './vector-places.ts'
import { judgeSinks, type SinkVerdict } from './verdict.ts'

export interface SinksProofOptions {
  readonly seed: number
  readonly records: number
  readonly workers: number
  readonly sessionMs: number
  readonly faults: FaultCounts
  /** Of the requests to the object store. */
  readonly faultShare: number
  /** Longest time from the last fault until everything is done, milliseconds. */
  readonly quietMs: number
}

export interface SinksServices {
  readonly kafka: NativeKafka
  readonly store: NativeS3
  readonly redis: NativeRedis
  /** Where vectors go instead of the embedded index; goes down in turn with the others. */
  readonly engine?: NativeVectorEngine
}

export interface SinksReport {
  readonly verdict: SinkVerdict
  readonly inputs: number
  readonly repeatedInputs: number
  readonly faults: FaultCounts
  readonly processes: number
  readonly midFlow: number
  readonly requests: number
  readonly injected: Readonly<Record<ProxyFault, number>>
  readonly seconds: number
  readonly quietSeconds: number
  readonly date: string
  readonly gaveUp: readonly string[]
  readonly behind: readonly string[]
  /** Dead letters: nothing here deserves one. */
  readonly letters: readonly string[]
  /** Documents whose summary Redis did not have, or had of an older revision, before the rebuild. */
  readonly repaired: number
}

const script = new URL(`./worker.${import.meta.url.slice(-2)}`, import.meta.url).pathname
const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Runs the whole proof on services of its own. */
export const proveSinks = async (
  options: SinksProofOptions,
  { kafka, store, redis, engine }: SinksServices,
  folder: string,
  say: (line: string) => void,
): Promise<SinksReport> => {
  const started = performance.now()
  const { seed, sessionMs } = options
  const random = new SeededRandom(seed)
  const { bootstrap } = kafka.address
  const logs = join(folder, 'workers')
  mkdirSync(logs, { recursive: true })
  await makeBucket(store.address, bucket)
  const proxy = await startFaultProxy({
    target: store.address.endpoint,
    random: random.fork(),
    share: options.faultShare,
  })
  const vectors = await openVectorPlace(folder, engine)
  const log = await createKafkaRecordLog(logOptions(bootstrap, sessionMs))
  const through = s3Url({ ...store.address, endpoint: proxy.endpoint })
  const settings = [bootstrap, String(sessionMs), through, redis.url, vectors.url]
  const workers = new Workers({ folder: logs, script, settings })
  const gaveUp: string[] = []
  const watch = setInterval(() => {
    for (const { name, said, wasRunning } of workers.replaceEnded()) {
      say(`${name} ended: ${said.split('\n').at(-1)}`)
      if (wasRunning) gaveUp.push(`${name}: ${said}`)
    }
  }, 300)
  const progress = watchProgress(log)
  try {
    await log.ensureTopics([embeddings, summaries, deadLetters, ledger])
    for (let count = 0; count < options.workers; count++) workers.start()
    const plan = planFaults(seed, options.faults, sessionMs)
    const pace = new Pace(options.records, plan.length, progress.done)
    const feed = startFeed(insisting(log), () => pace.allowed, await inputAt())
    const faults = await unleash(plan, {
      workers,
      feed,
      random,
      service: inTurn([store, redis, ...(engine ? [engine] : [])]),
      due: pace.due,
      say: (line) => say(`${line}; ${progress.done()} of ${feed.sent().length} done`),
    })
    const quietFrom = performance.now()
    await feed.finish(options.records)
    const behind = await untilCommitted(log, options.quietMs)
    const quietSeconds = (performance.now() - quietFrom) / 1_000
    await workers.stop()
    say('judging')
    const history = await readTopics(log)
    const { repaired, cached } = await rebuildCache(history.summaries, redis.url)
    const verdict = await judgeSinks({
      ...history,
      cached,
      files: await readFiles(s3Url(store.address)),
      points: await pointsOf(vectors.index.scan()),
      vectorsKeep: vectors.keeps,
    })
    return {
      verdict,
      faults,
      behind,
      gaveUp,
      repaired,
      quietSeconds,
      inputs: feed.sent().length,
      repeatedInputs: feed.sent().filter((number) => sourceOf(number) !== number).length,
      processes: workers.started,
      midFlow: pace.midFlow,
      requests: proxy.requests(),
      injected: proxy.injected,
      letters: history.letters,
      seconds: (performance.now() - started) / 1_000,
      date: new Date().toISOString().slice(0, 10),
    }
  } finally {
    clearInterval(watch)
    progress.stop()
    await workers.stop()
    await vectors.close()
    await proxy.close()
    await log.close()
  }
}

/**
 * Tries again what the broker does not take, as one that gets too little time of a busy machine does. What it took of the
 * attempt before comes twice then: one more input that was there before.
 */
const insisting = (log: RecordLog): Pick<RecordLog, 'produce'> => ({
  produce: async (records) => {
    for (let left = 30; ; left--)
      try {
        return await log.produce(records)
      } catch (error) {
        if (!(error instanceof Fault) || error.kind === 'fatal' || left === 0) throw error
        await pass(lookMs)
      }
  },
})

const inputAt = async (): Promise<InputAt<number>> => {
  const registry = createPackageSchemaRegistry()
  const [sets, texts] = [await registry.open(embeddingSetCodec), await registry.open(summaryCodec)]
  return (number) => {
    const { set, summary } = inputOf(number)
    const common = { key: Buffer.from(set.documentId), timestamp: Date.now(), headers: {} }
    const records = [{ ...common, topic: embeddings.name, value: sets.encode(set) }]
    if (summary) records.push({ ...common, topic: summaries.name, value: texts.encode(summary) })
    return { item: number, records }
  }
}

/** Services of which the next one goes down each time. */
const inTurn = (services: readonly Restartable[]): Restartable => {
  let turn = 0
  return {
    kill: () => services[turn % services.length]!.kill(),
    restart: () => services[turn++ % services.length]!.restart(),
  }
}

const lookMs = 300

/** How many sets the slower of the sinks of files and of vectors has committed, so that faults meet both at work. */
const watchProgress = (log: RecordLog) => {
  let done = 0
  let stopped = false
  const watch = async (): Promise<void> => {
    while (!stopped) {
      const sums = ['sinks.parquet', 'sinks.vectors'].map(async (group) => {
        const committed = await log.committed(group).catch(() => [])
        return committed.reduce((sum, { offset }) => sum + offset, 0)
      })
      done = Math.max(done, Math.min(...(await Promise.all(sums))))
      await pass(lookMs)
    }
  }
  void watch()
  return { done: () => done, stop: () => void (stopped = true) }
}

const untilCommitted = async (log: RecordLog, limitMs: number): Promise<readonly string[]> => {
  const deadline = performance.now() + limitMs
  for (;;) {
    const behind = await uncommitted(log, readings)
    if (behind.length === 0 || performance.now() > deadline) return behind
    await pass(200)
  }
}

const none = new Uint8Array()

const readTopics = async (log: RecordLog) => {
  const registry = createPackageSchemaRegistry()
  const decoded = async <V>(topic: typeof embeddings.name, codec: Codec<V>) => {
    const serde = await registry.open(codec)
    return Promise.all(
      (await readAll(log, { name: topic })).map(async ({ partition, record }) => {
        const value = await serde.decode(record.value ?? none)
        const key = Buffer.from(record.key).toString()
        const { offset, timestamp } = record
        const sinkRecord: SinkRecord<V> = {
          key,
          value,
          timestamp,
          topic,
          partition,
          offset,
          headers: record.headers,
        }
        return sinkRecord
      }),
    )
  }
  const letters = await decoded(deadLetters.name, deadLetterCodec)
  return {
    sets: await decoded(embeddings.name, embeddingSetCodec),
    summaries: (await decoded(summaries.name, summaryCodec)).map(({ value }) => value),
    letters: letters.map(({ value }) => `${value.subTopology} ${value.code}: ${value.message}`),
  }
}

/** Does what `summaries rebuild` does, and counts what that changed. */
const rebuildCache = async (all: readonly Summary[], url: string) => {
  const cache = await createRedisCache(redisOptions(url))
  const changed = new Set<string>()
  for (const summary of all)
    if (await projectSummary(cache, summary, 0)) changed.add(summary.documentId)
  const texts = new Map<string, string | undefined>()
  return {
    repaired: changed.size,
    cached: async (keys: readonly string[]) => {
      for (const [i, value] of (await cache.getMany(keys)).entries())
        texts.set(keys[i]!, value && storedSummary(value)?.text)
      await cache.close()
      return keys.map((key) => texts.get(key))
    },
  }
}

/** True when nothing was lost, doubled, unreadable, different or left behind, and nobody gave up. */
export const sinksHold = ({ verdict, behind, gaveUp, letters }: SinksReport): boolean =>
  behind.length === 0 &&
  gaveUp.length === 0 &&
  letters.length === 0 &&
  Object.values(verdict.broken).every((count) => count === 0)
