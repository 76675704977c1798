import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedVectorIndex } from '../../drivers/embedded/vector-index/embedded-vector-index.ts'
import type { VectorIndex, VectorPoint } from '../../topology/ports/vector-index.ts'
import { pointsFrom, vectorOf } from './workload.ts'

export interface UpsertRate {
  readonly upsertsPerSecond: number
  readonly upsertsPerCpuSecond: number
}

export interface EmbeddedFigures {
  readonly points: number
  /** Batches of 1,000, each durable before the next. */
  readonly oneByOne: UpsertRate
  /** Four batches of 1,000 under way at any time. */
  readonly fourAtOnce: UpsertRate
  /** Reading the points into memory, which the first search does. */
  readonly loadSeconds: number
  readonly searchP50Ms: number
  readonly searchP99Ms: number
  readonly filteredP50Ms: number
}

const batchPoints = 1000
const partPoints = 10_000
const searches = 100

const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ??
  0

/** So many batches of points under way at any time; making the points is not counted, as they are there before. */
const measureUpserts = async (
  index: VectorIndex,
  first: number,
  count: number,
  atOnce: number,
): Promise<UpsertRate> => {
  let seconds = 0
  let cpu = 0
  // A part at a time: all points at once would be what takes the memory.
  for (let from = first; from < first + count; from += partPoints) {
    const points = pointsFrom(from, Math.min(partPoints, first + count - from))
    const batches: (readonly VectorPoint[])[] = []
    for (let at = 0; at < points.length; at += batchPoints)
      batches.push(points.slice(at, at + batchPoints))
    const worker = async (): Promise<void> => {
      for (let batch = batches.shift(); batch; batch = batches.shift()) await index.upsert(batch)
    }
    const started = performance.now()
    const before = process.cpuUsage()
    await Promise.all(Array.from({ length: atOnce }, worker))
    const { user, system } = process.cpuUsage(before)
    seconds += (performance.now() - started) / 1000
    cpu += (user + system) / 1e6
  }
  return {
    upsertsPerSecond: Math.round(count / seconds),
    upsertsPerCpuSecond: Math.round(count / cpu),
  }
}

/** Durable upserts, and exact searches over all points. */
export const measureEmbedded = async (points: number): Promise<EmbeddedFigures> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'archive-streams-bench-vectors-'))
  const index = createEmbeddedVectorIndex({ dataDir })
  try {
    const half = Math.floor(points / 2)
    const oneByOne = await measureUpserts(index, 0, half, 1)
    const fourAtOnce = await measureUpserts(index, half, points - half, 4)
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
      oneByOne,
      fourAtOnce,
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
