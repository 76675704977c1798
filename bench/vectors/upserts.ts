import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { QdrantClient } from '@qdrant/js-client-rest'
import { encodePoints } from '../../drivers/qdrant/encode-points.ts'
import { below, revisionParts } from '../../drivers/qdrant/filters.ts'
import { createWire } from '../../drivers/qdrant/wire.ts'
import type { VectorPoint } from '../../topology/ports/vector-index.ts'
import { pointsFrom } from './workload.ts'

export interface UpsertFigures {
  readonly way: string
  readonly points: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly pointsPerSecond: number
  readonly pointsPerCpuSecond: number
}

const batchPoints = 256
const atOnce = 4

type Send = (points: readonly VectorPoint[]) => Promise<unknown>

/** What an upsert by the client takes: numbers in arrays, payloads as objects, one guard per revision. */
const operationsOf = (points: readonly VectorPoint[]) => {
  const groups = new Map<bigint, VectorPoint[]>()
  for (const point of points) {
    const { revision } = point.payload
    groups.set(revision, [...(groups.get(revision) ?? []), point])
  }
  return Array.from(groups, ([revision, group]) => ({
    upsert: {
      points: group.map(({ id, vector, payload }) => ({
        id,
        vector: { dense: Array.from(vector) },
        payload: { ...payload, revision: Number(revision), ...revisionParts(revision) },
      })),
      update_filter: { must: [below(revision)] },
    },
  }))
}

/** Four requests under way at any time, each of 256 points. */
const run = async (batches: readonly (readonly VectorPoint[])[], send: Send): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let batch = batches[next++]; batch; batch = batches[next++]) await send(batch)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

const measure = async (
  way: string,
  batches: readonly (readonly VectorPoint[])[],
  send: Send,
): Promise<UpsertFigures> => {
  await run(batches.slice(0, 8), send)
  const started = performance.now()
  const before = process.cpuUsage()
  await run(batches, send)
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - started) / 1000
  const cpuSeconds = (user + system) / 1e6
  const points = batches.reduce((sum, batch) => sum + batch.length, 0)
  return {
    way,
    points,
    seconds,
    cpuSeconds,
    pointsPerSecond: Math.round(points / seconds),
    pointsPerCpuSecond: Math.round(points / cpuSeconds),
  }
}

/** The upsert path of the driver beside that of Qdrant's client, against a server that costs nothing. CPU of this process only. */
export const measureUpserts = async (points: number): Promise<readonly UpsertFigures[]> => {
  const script = fileURLToPath(new URL('./dummy-server.js', import.meta.url))
  const server = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [port] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
  const url = `http://127.0.0.1:${port}`
  const all = pointsFrom(0, points)
  const batches = Array.from({ length: Math.ceil(points / batchPoints) }, (_, index) =>
    all.slice(index * batchPoints, (index + 1) * batchPoints),
  )
  const client = new QdrantClient({ url, checkCompatibility: false, maxConnections: atOnce })
  const wire = createWire({ url, connections: atOnce })
  const path = '/collections/bench/points/batch?wait=true'
  try {
    const theirs = await measure('js-client-rest', batches, (batch) =>
      client.batchUpdate('bench', { wait: true, operations: operationsOf(batch) }),
    )
    const never = new AbortController().signal
    const ours = await measure('drivers/qdrant', batches, (batch) =>
      wire.send(path, encodePoints(batch), never),
    )
    return [ours, theirs]
  } finally {
    await wire.close()
    server.stdin.end()
    await once(server, 'exit')
  }
}
