import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { asTenantId, type Uri } from '../../../schemas/brands.ts'
import { encodeFile } from '../../../schemas/container-file.ts'
import { chunkFileCodec } from '../../../schemas/generated/codecs.ts'
import type { ChunkSet } from '../../../schemas/generated/types.ts'
import { parquetSink } from '../../../sinks/parquet/index.ts'
import { Fault } from '../../../topology/model/failure.ts'
import type { RangeResult } from '../../../topology/model/stage.ts'
import { ObjectConflict } from '../../../topology/ports/object-store.ts'
import { documentIdOf } from '../../builders/an-envelope.ts'
import { duckReader } from '../../builders/duckdb.ts'
import {
  inMemoryObjectStore,
  type InMemoryObjectStore,
} from '../../builders/in-memory-object-store.ts'
import {
  aChunkFile,
  aChunkRecord,
  aChunkSet,
  anEmbeddingSet,
  aPreparedDocument,
  aSummary,
} from '../../builders/outputs.ts'
import { aRange, aSinkContext } from '../../builders/test-ports.ts'

const chunkSets = async (objects: InMemoryObjectStore, count: number): Promise<ChunkSet[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const name = `chunks/${n}.avro`
      const chunks = [aChunkRecord({ id: `c${n}`, text: `${n} `.repeat(500) })]
      await objects.put(name, encodeFile(chunkFileCodec, aChunkFile({ chunks })))
      return aChunkSet({ documentId: documentIdOf(n), uri: objects.uriOf(name) })
    }),
  )

const parquetOf = (objects: InMemoryObjectStore): ReadonlyMap<string, Uint8Array> =>
  new Map([...objects.objects].filter(([name]) => name.startsWith('parquet/')))

const chunkIds = async (objects: InMemoryObjectStore): Promise<readonly unknown[]> => {
  const { query, close } = await duckReader(parquetOf(objects))
  const rows = await query('SELECT chunk_id FROM FILES(chunks) ORDER BY chunk_id')
  await close()
  return rows.map((row) => row['chunk_id'])
}

const urisOf = ({ outputs }: RangeResult): readonly Uri[] => outputs.map(({ uri }) => uri)

describe('the Parquet sink', () => {
  it('writes the same bytes under the same names when a range comes again', async () => {
    const events = Array.from({ length: 300 }, (_, n) =>
      anEmbeddingSet({
        documentId: documentIdOf(n),
        tenantId: asTenantId(`t${n % 3}`),
        sentAt: Date.UTC(2020, 0, 1 + (n % 5)),
      }),
    )
    const sink = parquetSink({ dataset: 'embeddings' })
    const first = inMemoryObjectStore()
    const second = inMemoryObjectStore()
    const range = aRange('archive.embeddings', events)
    const before = await sink.write(range, aSinkContext({ objects: first }))
    const after = await sink.write(range, aSinkContext({ objects: first }))
    await sink.write(range, aSinkContext({ objects: second }))
    assert.deepEqual(after, before)
    assert.equal(before.counts['files'], 15)
    assert.deepEqual(first.objects, second.objects)
  })

  it('reports records whose chunk file is gone or broken, and writes the others', async () => {
    const objects = inMemoryObjectStore()
    const events = await chunkSets(objects, 4)
    await objects.remove(events[1]!.uri!)
    await objects.remove(events[2]!.uri!)
    await objects.put('chunks/2.avro', Uint8Array.of(1, 2, 3))
    const sink = parquetSink({ dataset: 'chunks' })
    const result = await sink.write(aRange('archive.chunks', events), aSinkContext({ objects }))
    assert.deepEqual(
      result.failures.map(({ offset, failure }) => [offset, failure.disposition, failure.code]),
      [
        [1, 'NOT_FOUND', 'chunk-file-missing'],
        [2, 'UNREADABLE', 'chunk-file-unreadable'],
      ],
    )
    assert.deepEqual(result.counts, { rows: 2, files: 1 })
  })

  it('keeps the file of an earlier attempt when a chunk file was erased in between', async () => {
    const objects = inMemoryObjectStore()
    const events = await chunkSets(objects, 3)
    const sink = parquetSink({ dataset: 'chunks' })
    const range = aRange('archive.chunks', events)
    const first = await sink.write(range, aSinkContext({ objects }))
    const before = new Map(parquetOf(objects))
    await objects.remove(events[2]!.uri!)
    const second = await sink.write(range, aSinkContext({ objects }))
    assert.deepEqual(parquetOf(objects), before)
    assert.deepEqual(urisOf(second), urisOf(first))
    assert.deepEqual(
      second.failures.map(({ offset }) => offset),
      [2],
    )
  })

  it('keeps the file of an earlier attempt when the topic was compacted in between', async () => {
    const objects = inMemoryObjectStore()
    const sink = parquetSink({ dataset: 'summaries' })
    const range = aRange('archive.summaries', [aSummary(), aSummary({ revision: 2n })])
    const first = await sink.write(range, aSinkContext({ objects }))
    const before = new Map(objects.objects)
    const shrunk = { ...range, records: range.records.slice(1) }
    const second = await sink.write(shrunk, aSinkContext({ objects }))
    assert.deepEqual(urisOf(second), urisOf(first))
    assert.deepEqual(objects.objects, before)
  })

  it('does not hide that other bytes stand under its name', async () => {
    const objects = inMemoryObjectStore()
    const sink = parquetSink({ dataset: 'documents' })
    await sink.write(aRange('archive.prepared', [aPreparedDocument()]), aSinkContext({ objects }))
    const other = aRange('archive.prepared', [aPreparedDocument({ tokens: 21 })])
    await assert.rejects(sink.write(other, aSinkContext({ objects })), ObjectConflict)
  })

  it('writes no rows for erasures, tombstones and what is erased later in the range', async () => {
    const objects = inMemoryObjectStore()
    const sink = parquetSink({ dataset: 'documents' })
    const erase = aPreparedDocument({ operation: 'ERASE', revision: 2n, uri: null })
    const events = [
      aPreparedDocument(),
      aPreparedDocument({ documentId: documentIdOf(2) }),
      erase,
      aPreparedDocument({ revision: 3n }),
    ]
    const range = aRange('archive.prepared', events)
    const tombstone = { ...range.records[0]!, offset: 4, value: null as never }
    const result = await sink.write(
      { ...range, end: 5, records: [...range.records, tombstone] },
      aSinkContext({ objects }),
    )
    assert.deepEqual(result.counts, { rows: 2, files: 1 })
    const { query, close } = await duckReader(objects.objects)
    const rows = await query(
      'SELECT document_id, revision::int AS revision FROM FILES(documents) ORDER BY 1',
    )
    await close()
    assert.deepEqual(rows, [
      { document_id: documentIdOf(1), revision: 3 },
      { document_id: documentIdOf(2), revision: 1 },
    ])
  })

  it('writes nothing for a range without rows', async () => {
    const objects = inMemoryObjectStore()
    const sink = parquetSink({ dataset: 'documents' })
    const result = await sink.write(aRange('archive.prepared', []), aSinkContext({ objects }))
    assert.deepEqual(result, { outputs: [], counts: { rows: 0, files: 0 }, failures: [] })
    assert.equal(objects.objects.size, 0)
  })

  it('begins another file when one is full, and loses no row between them', async () => {
    const objects = inMemoryObjectStore()
    const events = await chunkSets(objects, 40)
    const sink = parquetSink({ dataset: 'chunks', options: { rowGroupRows: 3, fileBytes: 5000 } })
    const result = await sink.write(aRange('archive.chunks', events), aSinkContext({ objects }))
    assert.equal(result.outputs.length, 4)
    assert.deepEqual(await chunkIds(objects), [...events.keys()].map((n) => `c${n}`).sort())
  })

  it('says of every file which records are in it', async () => {
    const objects = inMemoryObjectStore()
    const sink = parquetSink({ dataset: 'documents', options: { partitionBy: 'month' } })
    const sent = ['2024-01-03', '2024-02-03', '2024-01-04'].map((day) => Date.parse(day))
    const events = sent.map((sentAt) => aPreparedDocument({ sentAt }))
    const result = await sink.write(aRange('archive.prepared', events), aSinkContext({ objects }))
    assert.deepEqual(
      result.outputs.map(({ uri, offsets }) => [/date(?:=|%3D)(\d+-\d+)/.exec(uri)?.[1], offsets]),
      [
        ['2024-01', [0, 2]],
        ['2024-02', [1]],
      ],
    )
  })

  it('moves no row to another file when an input is gone the second time', async () => {
    const objects = inMemoryObjectStore()
    const events = await chunkSets(objects, 40)
    const sink = parquetSink({ dataset: 'chunks', options: { fileBytes: 4000 } })
    const range = aRange('archive.chunks', events)
    const { outputs } = await sink.write(range, aSinkContext({ objects }))
    const before = await chunkIds(objects)
    for (const { uri } of outputs.filter((each) => /-[23]\.parquet$/.test(each.uri))) {
      await objects.remove(uri)
    }
    await objects.remove(events[0]!.uri!)
    await sink.write(range, aSinkContext({ objects }))
    assert.deepEqual(await chunkIds(objects), before)
  })

  it('dates by month where asked, and by archiving where a mail claims an impossible date', async () => {
    const objects = inMemoryObjectStore()
    const sink = parquetSink({ dataset: 'documents', options: { partitionBy: 'month' } })
    const events = [
      aPreparedDocument({ sentAt: Date.UTC(2021, 6, 9) }),
      aPreparedDocument({ sentAt: 8.64e15, archivedAt: Date.UTC(2022, 7, 30) }),
    ]
    await sink.write(aRange('archive.prepared', events), aSinkContext({ objects }))
    assert.deepEqual(
      [...objects.objects.keys()].map((name) => name.split('/')[3]),
      ['date=2021-07-01', 'date=2022-08-01'],
    )
  })

  it('lets a full disk through as it is', async () => {
    const full = new Fault('fatal', 'object-store', 'no space left on device')
    const put = () => Promise.reject(full)
    const objects = { ...inMemoryObjectStore(), put }
    const sink = parquetSink({ dataset: 'documents' })
    const range = aRange('archive.prepared', [aPreparedDocument()])
    await assert.rejects(sink.write(range, aSinkContext({ objects })), (error) => error === full)
  })

  it('stops when it is told to', async () => {
    const objects = inMemoryObjectStore()
    const sink = parquetSink({ dataset: 'documents' })
    const signal = AbortSignal.abort(new Error('partition lost'))
    const range = aRange('archive.prepared', [aPreparedDocument()])
    const context = { ...aSinkContext({ objects }), signal }
    await assert.rejects(sink.write(range, context), /partition lost/)
    assert.equal(objects.objects.size, 0)
  })

  it('refuses a vector that is not as long as it says', async () => {
    const objects = inMemoryObjectStore()
    const sink = parquetSink({ dataset: 'embeddings' })
    const range = aRange('archive.embeddings', [anEmbeddingSet({ dimensions: 5 })])
    const { failures } = await sink.write(range, aSinkContext({ objects }))
    assert.deepEqual(
      failures.map(({ failure }) => failure.code),
      ['vector-length'],
    )
  })
})
