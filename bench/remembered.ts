import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createEmbeddedCache } from '../drivers/embedded/cache/embedded-cache.ts'
import { systemClock as clock } from '../drivers/system/system-clock.ts'
import { createModelPools } from '../gpu-runners/batching/model-pool.ts'
import type { ModelItem } from '../gpu-runners/batching/model-pool.ts'
import { vectorCodec, readVectors } from '../gpu-runners/embed/read-vectors.ts'
import { readModelCard } from '../gpu-runners/models/read-model-card.ts'
import type { Cache } from '../topology/ports/cache.ts'
import type { ModelServer } from '../topology/ports/model-server.ts'
import { mailOf } from './mail-corpus.ts'
import { saveResult } from './save-result.ts'

/**
 * What an item costs whose result is remembered, in the process and in the cache of the data folder, and how often a replay asks the model:
 *
 *     npm run bench:remembered -- [--items 1000000] [--texts 20000]
 *
 * `texts` different texts of some 1.6 KB are embedded, then asked about again, 64 at a time, until `items` were asked. Writes
 * bench/results/remembered.json.
 */
const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '1000000' },
    texts: { type: 'string', default: '20000' },
  },
})
const replayed = Number(values.items)
const different = Number(values.texts)
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

const measure = async (
  pool: { rememberBytes: number; rememberMs: number },
  openCache?: () => Cache,
) => {
  const { models, counts } = createCountedModels()
  const use = { card, read: readVectors(card), codec: vectorCodec(card), pool }
  const asking = (cache?: Cache) =>
    createModelPools(use)({ models, clock, ...(cache && { cache }) })
  const firstCache = openCache?.()
  const first = asking(firstCache)
  for (const set of sets) await first(set, signal)
  const computed = { ...counts }
  // As a process that begins anew, where the cache is to answer; the same one, where it is to remember.
  await firstCache?.close()
  const cache = openCache?.()
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
  return {
    computedBefore: computed.items,
    replayed: asked,
    inferenceCalls: counts.requests - computed.requests,
    cpuMicrosecondsPerItem: Math.round((user + system) / asked / 0.01) / 100,
    itemsPerSecond: Math.round(asked / seconds),
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'archive-streams-remembered-'))
try {
  const day = 86_400_000
  const results = {
    texts: different,
    inProcess: await measure({ rememberBytes: different * 2_000, rememberMs: 0 }),
    inCacheOfDataFolder: await measure({ rememberBytes: 0, rememberMs: day }, () =>
      createEmbeddedCache({ dataDir, clock }),
    ),
  }
  process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`)
  await saveResult('remembered', results)
} finally {
  await rm(dataDir, { recursive: true, force: true })
}
