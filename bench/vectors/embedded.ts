import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedVectorIndex } from '../../drivers/embedded/vector-index/embedded-vector-index.ts'
import { pointsFrom, vectorOf } from './workload.ts'

export interface EmbeddedFigures {
  readonly points: number
  readonly upsertsPerSecond: number
  readonly upsertsPerCpuSecond: number
  /** Reading the points into memory, which the first search does. */
  readonly loadSeconds: number
  readonly searchP50Ms: number
  readonly searchP99Ms: number
  readonly filteredP50Ms: number
}

const batchPoints = 1000
const searches = 100

const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ??
  0

/** Upserts, each batch durable before the next, and exact searches over all points. */
export const measureEmbedded = async (points: number): Promise<EmbeddedFigures> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'archive-streams-bench-vectors-'))
  const index = createEmbeddedVectorIndex({ dataDir })
  try {
    let seconds = 0
    let cpu = 0
    for (let first = 0; first < points; first += batchPoints) {
      const batch = pointsFrom(first, Math.min(batchPoints, points - first))
      const started = performance.now()
      const before = process.cpuUsage()
      await index.upsert(batch)
      const { user, system } = process.cpuUsage(before)
      seconds += (performance.now() - started) / 1000
      cpu += (user + system) / 1e6
    }
    const timed = async (seed: number, type?: string): Promise<number> => {
      const filter = type === undefined ? {} : { filter: { type } }
      const started = performance.now()
      await index.search({ vector: vectorOf(seed), limit: 10, ...filter })
      return performance.now() - started
    }
    const load = (await timed(-1)) / 1000
    const [all, filtered]: [number[], number[]] = [[], []]
    for (let count = 0; count < searches; count++) {
      all.push(await timed(-2 - count))
      filtered.push(await timed(-2 - count, 'message/rfc822'))
    }
    return {
      points,
      upsertsPerSecond: Math.round(points / seconds),
      upsertsPerCpuSecond: Math.round(points / cpu),
      loadSeconds: load,
      searchP50Ms: percentile(all, 0.5),
      searchP99Ms: percentile(all, 0.99),
      filteredP50Ms: percentile(filtered, 0.5),
    }
  } finally {
    await index.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}
