import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { floatsOf } from '../../schemas/little-endian.ts'
import { parquetSink } from '../../sinks/parquet/index.ts'
import { summaryKey } from '../../sinks/summaries/index.ts'
import { requestOf } from '../../sinks/vectors/request.ts'
import type { SinkRange, SinkRecord } from '../../topology/model/stage.ts'
import type { EmbeddingSet } from '../../schemas/generated/types.ts'
import type { VectorPoint } from '../../topology/ports/vector-index.ts'
import { inMemoryObjectStore } from '../builders/in-memory-object-store.ts'
import { aSinkContext } from '../builders/test-ports.ts'
import { inputOf } from './sinks/events.ts'
import { embeddings, parquetOptions } from './sinks/sinks-topology.ts'
import { judgeSinks, withoutCopies, type BrokenSinks, type SinkHistory } from './sinks/verdict.ts'

const inputs = Array.from({ length: 900 }, (_, number) => inputOf(number))
const sets: readonly SinkRecord<EmbeddingSet>[] = inputs.map(({ set: value }, number) => ({
  key: value.documentId,
  value,
  timestamp: 0,
  headers: {},
  topic: embeddings.name,
  partition: number % 2,
  offset: Math.floor(number / 2),
}))
const summaries = inputs.flatMap(({ summary }) => summary ?? [])

/** The files of some ranges of a partition. */
const write = (partition: number, ...ends: readonly number[]) =>
  writeOf(withoutCopies(sets), partition, ...ends)

const writeOf = async (
  written: typeof sets,
  partition: number,
  ...ends: readonly number[]
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const objects = inMemoryObjectStore()
  for (const [index, end] of ends.entries()) {
    const start = ends[index - 1] ?? 0
    const records = written.filter(
      (each) => each.partition === partition && each.offset >= start && each.offset < end,
    )
    const topic = embeddings.name
    const range: SinkRange<EmbeddingSet> = { topic, partition, start, end, records }
    const sink = parquetSink({ dataset: 'embeddings', options: parquetOptions })
    await sink.write(range, aSinkContext({ objects }))
  }
  return objects.objects
}

/** What the sinks leave when nothing goes wrong, in ranges that end here and there. */
const aGoodHistory = async (): Promise<SinkHistory> => {
  const newest = new Map<string, EmbeddingSet>()
  const texts = new Map<string, string>()
  const byRevision = [...inputs].sort((a, b) => Number(a.set.revision - b.set.revision))
  for (const { set, summary } of byRevision) {
    newest.set(set.documentId, set)
    if (summary) texts.set(summaryKey(summary), summary.text)
  }
  return {
    sets,
    summaries,
    files: new Map([...(await write(0, 100, 333, 450)), ...(await write(1, 225, 450))]),
    points: requestOf([...newest.values()]).points,
    vectorsKeep: 'bits',
    cached: (keys) => Promise.resolve(keys.map((key) => texts.get(key))),
  }
}

const none: BrokenSinks = {
  lost: 0,
  doubled: 0,
  unreadable: 0,
  differing: 0,
  wrongPoints: 0,
  wrongSummaries: 0,
}

describe('the verdict on the sinks', () => {
  let good: SinkHistory
  before(async () => {
    good = await aGoodHistory()
  })

  const brokenBy = async (changes: Partial<SinkHistory>): Promise<BrokenSinks> =>
    (await judgeSinks({ ...good, ...changes })).broken

  /** The files with one of them changed. */
  const withFirst = (
    change: (files: Map<string, Uint8Array>, first: string, of: Uint8Array) => void,
  ): Partial<SinkHistory> => {
    const files = new Map(good.files)
    const [first, of] = [...files][0]!
    change(files, first, of)
    return { files }
  }

  it('finds nothing where nothing went wrong', async () => {
    const verdict = await judgeSinks(good)
    assert.deepEqual(verdict.broken, none)
    assert.ok(verdict.rows > 900 && verdict.ranges === 5 && verdict.points > 400)
  })

  it('finds a file that is missing', async () => {
    const broken = await brokenBy(withFirst((files, first) => files.delete(first)))
    assert.ok(broken.lost > 1)
  })

  it('finds a whole range that is missing', async () => {
    const files = new Map([...(await write(0, 100, 333)), ...(await write(1, 225, 450))])
    const broken = await brokenBy({ files })
    assert.ok(broken.lost > 100)
    assert.deepEqual({ ...broken, lost: 0 }, none)
  })

  it('finds rows that are there twice, as of two ranges that overlap', async () => {
    const files = new Map([...good.files, ...(await write(0, 90, 120))])
    const broken = await brokenBy({ files })
    assert.ok(broken.doubled >= 30)
  })

  it('finds the rows of a copy', async () => {
    const files = new Map([...good.files, ...(await writeOf(sets, 0, 100, 333, 450))])
    const broken = await brokenBy({ files })
    assert.ok(broken.doubled > 10 && broken.differing > 0)
    assert.equal(broken.lost, 0)
  })

  it('finds a file under another name', async () => {
    const broken = await brokenBy(withFirst((files, first, of) => files.set(`${first}2`, of)))
    assert.ok(broken.doubled > 1 && broken.differing === 1)
  })

  it('finds rows that nobody asked for', async () => {
    const broken = await brokenBy({ sets: good.sets.slice(0, -1) })
    assert.ok(broken.doubled >= 1)
  })

  it('finds a file that is cut off', async () => {
    const broken = await brokenBy(
      withFirst((files, first, of) => files.set(first, of.subarray(0, of.length - 7))),
    )
    assert.equal(broken.unreadable, 1)
    assert.ok(broken.lost > 0)
  })

  it('finds a file of other bytes', async () => {
    const broken = await brokenBy(
      withFirst((files, first, of) => {
        const other = Buffer.from(of)
        // Inside the name of the writer, which no reader minds.
        const at = other.lastIndexOf('archive-streams (')
        other[at] = 'A'.charCodeAt(0)
        files.set(first, other)
      }),
    )
    assert.deepEqual(broken, { ...none, differing: 1 })
  })

  it('finds a point that is missing, of an older revision, of a document that shrank, or changed in one bit', async () => {
    const [first, ...others] = good.points as [VectorPoint, ...VectorPoint[]]
    const older = { ...first.payload, revision: first.payload.revision - 1n }
    const bits = new Uint8Array(first.vector.slice().buffer)
    bits[0]! ^= 1
    const tail = { ...first, id: 'another', payload: { ...first.payload, ordinal: 9 } }
    for (const points of [
      others,
      [{ ...first, payload: older }, ...others],
      [tail, ...good.points],
      [{ ...first, vector: floatsOf(bits) }, ...others],
    ])
      assert.deepEqual(await brokenBy({ points }), { ...none, wrongPoints: 1 })
  })

  it('takes vectors of length 1 where an index keeps those, and finds one that points elsewhere', async () => {
    const units = good.points.map((point) => {
      const length = Math.hypot(...point.vector)
      return { ...point, vector: point.vector.map((value) => value / length) }
    })
    const kept = { points: units, vectorsKeep: 'direction' } as const
    assert.deepEqual(await brokenBy(kept), none)
    const [first, ...others] = units as [VectorPoint, ...VectorPoint[]]
    const elsewhere = { ...first, vector: first.vector.map((v, i) => (i === 3 ? v + 1e-5 : v)) }
    const broken = await brokenBy({ ...kept, points: [elsewhere, ...others] })
    assert.deepEqual(broken, { ...none, wrongPoints: 1 })
    const shorter = { ...first, vector: first.vector.subarray(1) }
    const cut = await brokenBy({ ...kept, points: [shorter, ...others] })
    assert.deepEqual(cut, { ...none, wrongPoints: 1 })
  })

  it('finds a summary that the cache does not have, or has of an older revision', async () => {
    for (const wrong of [undefined, 'summary 0']) {
      const cached: SinkHistory['cached'] = async (keys) => {
        const [, ...others] = await good.cached(keys)
        return [wrong, ...others]
      }
      const broken = await brokenBy({ cached })
      assert.deepEqual(broken, { ...none, wrongSummaries: 1 })
    }
  })
})
