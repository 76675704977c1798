import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createEmbeddedCache } from '../drivers/embedded/cache/embedded-cache.ts'
import { createRedisCache } from '../drivers/redis/redis-cache.ts'
import { systemClock as clock } from '../drivers/system/system-clock.ts'
import { systemRandom as random } from '../drivers/system/system-random.ts'
import { createModelPools } from '../gpu-runners/batching/model-pool.ts'
import type { ModelItem } from '../gpu-runners/batching/model-pool.ts'
import { vectorCodec, readVectors } from '../gpu-runners/embed/read-vectors.ts'
import { readModelCard } from '../gpu-runners/models/read-model-card.ts'
import type { Cache } from '../topology/ports/cache.ts'
import type { ModelServer } from '../topology/ports/model-server.ts'
import { redis, stopServices } from '../test/services/services.ts'
import { mailOf } from './mail-corpus.ts'
import { saveResult } from './save-result.ts'

/**
 * What an item costs whose result is remembered, in the process, in the cache of the data folder and in a real Redis, and how often a
 * replay asks the model:
 *
 *     npm run bench:remembered -- [--items 1000000] [--texts 20000] [--only process,folder,redis] [--small]
 *
 * `texts` different texts of some 1.6 KB are embedded, then asked about again, 64 at a time, until `items` were asked. The marks: 40 µs
 * of CPU an item, and the model never asked again; where it is, the command ends with 1. Writes bench/results/remembered.json,
 * not with `--small`.
 */
const { values } = parseArgs({
  options: {
    items: { type: 'string' },
    texts: { type: 'string' },
    only: { type: 'string', default: 'process,folder,redis' },
    small: { type: 'boolean', default: false },
  },
})
const replayed = Number(values.items ?? (values.small ? 20_000 : 1_000_000))
const different = Number(values.texts ?? (values.small ? 2_000 : 20_000))
const MARK_MICROS = 40
const MOST_PASSES = 20
const SET = 64

const card = readModelCard('embed-hash', 'embed')
const signal = new AbortController().signal

/** Answers at once, and counts. */
const createCountedModels = () => {
  const counts = { requests: 0, items: 0 }
  const models: ModelServer = {
    models: () => Promise.resolve([]),
    infer: ({ inputs, version }) => {
      counts.requests++
      counts.items += inputs.length
      const floats = new Float32Array(inputs.length * card.dimensions)
      for (let row = 0; row < inputs.length; row++)
        floats[row * card.dimensions + (row % card.dimensions)] = 1
      return Promise.resolve({
        kind: 'vectors',
        modelVersion: version,
        dimensions: card.dimensions,
        values: floats,
      })
    },
    close: () => Promise.resolve(),
  }
  return { models, counts }
}

const itemOf = (index: number): ModelItem => {
  const text = `${index} ${mailOf(index)} `.repeat(4).slice(0, 1_600)
  return { tokens: 350, bytes: text.length * 2, contentKey: `${index}`, input: { text } }
}

const sets = Array.from({ length: Math.ceil(different / SET) }, (_, set) =>
  Array.from({ length: Math.min(SET, different - set * SET) }, (__, i) => itemOf(set * SET + i)),
)

type OpenCache = () => Cache | Promise<Cache>

const measure = async (
  place: string,
  pool: { rememberBytes: number; rememberMs: number },
  openCache?: OpenCache,
) => {
  const { models, counts } = createCountedModels()
  const use = { card, read: readVectors(card), codec: vectorCodec(card), pool }
  const asking = (cache?: Cache) =>
    createModelPools(use)({ models, clock, ...(cache && { cache }) })
  const firstCache = await openCache?.()
  const first = asking(firstCache)
  // A cache that is behind with what it is given is not waited for: what it missed comes with the next pass.
  for (let passes = 0, before = -1; passes < MOST_PASSES && counts.requests > before; passes++) {
    before = counts.requests
    for (const set of sets) await first(set, signal)
    if (passes === 0 && !firstCache) break
  }
  const computed = { ...counts }
  // As a process that begins anew, where the cache is to answer; the same one, where it is to remember.
  await firstCache?.close()
  const cache = await openCache?.()
  const ask = cache ? asking(cache) : first
  const started = performance.now()
  const before = process.cpuUsage()
  let asked = 0
  while (asked < replayed)
    for (const set of sets) {
      if (asked >= replayed) break
      await ask(set, signal)
      asked += set.length
    }
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - started) / 1_000
  await cache?.close()
  const figures = {
    place,
    computedBefore: computed.items,
    replayed: asked,
    inferenceCalls: counts.requests - computed.requests,
    cpuMicrosecondsPerItem: Math.round((user + system) / asked / 0.01) / 100,
    itemsPerSecond: Math.round(asked / seconds),
  }
  const { inferenceCalls, cpuMicrosecondsPerItem, itemsPerSecond } = figures
  process.stdout.write(
    `${place}: ${asked} items replayed, ${inferenceCalls} inference calls (mark 0), ${cpuMicrosecondsPerItem} µs of CPU an item ` +
      `(mark ${MARK_MICROS}), ${itemsPerSecond} items/s\n`,
  )
  return figures
}

const day = 86_400_000
const shared = { rememberBytes: 0, rememberMs: day }
const dataDir = await mkdtemp(join(tmpdir(), 'archive-streams-remembered-'))
const ways: Readonly<Record<string, () => ReturnType<typeof measure>>> = {
  process: () => measure('in the process', { rememberBytes: different * 2_000, rememberMs: 0 }),
  folder: () =>
    measure('in the cache of a data folder', shared, () => createEmbeddedCache({ dataDir, clock })),
  redis: async () => {
    const { address: url } = await redis()
    const patience = { connectTimeoutMs: 1_000, timeoutMs: 1_000 }
    const open = () =>
      createRedisCache({ url, prefix: `bench-${process.pid}:`, random, ...patience })
    return measure('in Redis', shared, open)
  },
}
try {
  const results = []
  for (const name of values.only.split(',')) {
    const way = ways[name]
    if (!way)
      throw new Error(`--only: there is no ${name}; there are ${Object.keys(ways).join(', ')}`)
    results.push(await way())
  }
  if (results.some(({ inferenceCalls }) => inferenceCalls > 0)) process.exitCode = 1
  if (!values.small) await saveResult('remembered', { texts: different, results })
} finally {
  await rm(dataDir, { recursive: true, force: true })
  await stopServices()
}
