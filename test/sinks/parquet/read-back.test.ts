import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'mocha'
import { asTenantId } from '../../../schemas/brands.ts'
import { encodeFile } from '../../../schemas/container-file.ts'
import { chunkFileCodec } from '../../../schemas/generated/codecs.ts'
import { parquetSink, type DatasetName, type EventOf } from '../../../sinks/parquet/index.ts'
import type { ParquetOptions } from '../../../sinks/parquet/options.ts'
import type { RangeResult } from '../../../topology/model/stage.ts'
import { documentIdOf } from '../../builders/an-envelope.ts'
import { duckReader, type DuckReader } from '../../builders/duckdb.ts'
import { inMemoryObjectStore } from '../../builders/in-memory-object-store.ts'
import {
  aChunkFile,
  aChunkRecord,
  aChunkSet,
  aClassificationSet,
  anEmbeddingSet,
  aPreparedDocument,
  aSummary,
  vectorBytes,
} from '../../builders/outputs.ts'
import { aRange, aSinkContext } from '../../builders/test-ports.ts'

const write = async <D extends DatasetName>(
  dataset: D,
  events: readonly EventOf<D>[],
  objects = inMemoryObjectStore(),
  options: Partial<ParquetOptions> = {},
): Promise<{ result: RangeResult; objects: typeof objects }> => {
  const sink = parquetSink({ dataset, options })
  const result = await sink.write(aRange(`archive.${dataset}`, events), aSinkContext({ objects }))
  return { result, objects }
}

describe('Parquet files read by DuckDB', () => {
  let duck: DuckReader | undefined
  const open = async (objects: ReadonlyMap<string, Uint8Array>): Promise<DuckReader> =>
    (duck = await duckReader(objects))
  afterEach(async () => {
    await duck?.close()
    duck = undefined
  })

  it('hold every document with its counts, times, maps, lists and structs', async () => {
    const second = aPreparedDocument({
      documentId: documentIdOf(2),
      revision: 9_007_199_254_740_993n,
      language: null,
      redactions: {},
      attachments: [],
      warnings: [],
      lastAt: Date.UTC(2023, 4, 7),
    })
    const { objects } = await write('documents', [aPreparedDocument(), second])
    const { query } = await open(objects.objects)
    const [row] = await query(
      `SELECT count(*)::int AS n, sum(tokens)::int AS tokens, sum(redacted)::int AS redacted,
         max(revision)::varchar AS revision, count(language)::int AS languages FROM FILES(documents)`,
    )
    assert.deepEqual(row, {
      n: 2,
      tokens: 40,
      redacted: 3,
      revision: '9007199254740993',
      languages: 1,
    })
    const facts = await query(
      `SELECT redactions['EMAIL']::int AS emails, sent_at::varchar AS sent, last_at::varchar AS last,
         len(attachments)::int AS attachments, attachments[2].name AS name,
         attachments[1].bytes::int AS bytes, warnings[1] AS warning
       FROM FILES(documents) ORDER BY document_id`,
    )
    assert.deepEqual(facts, [
      {
        emails: 2,
        sent: '2023-05-06 07:08:09.123+00',
        last: null,
        attachments: 2,
        name: 'b.zip',
        bytes: 1234,
        warning: 'charset-guessed',
      },
      {
        emails: null,
        sent: '2023-05-06 07:08:09.123+00',
        last: '2023-05-07 00:00:00+00',
        attachments: 0,
        name: null,
        bytes: null,
        warning: null,
      },
    ])
  })

  it('have the types that a reader expects', async () => {
    const { objects } = await write('embeddings', [anEmbeddingSet()])
    await write('documents', [aPreparedDocument()], objects)
    const { query } = await open(objects.objects)
    const columns = [
      ...(await query('DESCRIBE SELECT * FROM FILES(embeddings)')),
      ...(await query('DESCRIBE SELECT * FROM FILES(documents)')),
    ]
    const types = Object.fromEntries(columns.map((c) => [c['column_name'], c['column_type']]))
    assert.equal(types['embedding'], 'FLOAT[]')
    assert.equal(types['revision'], 'BIGINT')
    assert.equal(types['sent_at'], 'TIMESTAMP WITH TIME ZONE')
    assert.equal(types['ordinal'], 'INTEGER')
    assert.equal(types['redactions'], 'MAP(VARCHAR, INTEGER)')
    assert.equal(types['warnings'], 'VARCHAR[]')
    assert.equal(types['date'], 'DATE')
    assert.equal(types['tenant'], 'VARCHAR')
  })

  it('hold the text of every chunk of every chunk file', async () => {
    const objects = inMemoryObjectStore()
    const sets = await Promise.all(
      Array.from({ length: 10 }, async (_, n) => {
        const name = `chunks/${n}.avro`
        const chunks = Array.from({ length: n }, (__, i) =>
          aChunkRecord({ id: `${n}-${i}`, ordinal: i, text: `größe 😀 ${n} ${i}`, tokens: i }),
        )
        await objects.put(name, encodeFile(chunkFileCodec, aChunkFile({ chunks })))
        return aChunkSet({ documentId: documentIdOf(n), uri: objects.uriOf(name), chunks: n })
      }),
    )
    const { result } = await write('chunks', sets, objects)
    assert.deepEqual(result.counts, { rows: 45, files: 1 })
    const { query } = await open(objects.objects)
    const [row] = await query(
      `SELECT count(*)::int AS n, sum(tokens)::int AS tokens, count(DISTINCT chunk_id)::int AS ids,
         bool_and(text = 'größe 😀 ' || replace(chunk_id, '-', ' ')) AS equal FROM FILES(chunks)`,
    )
    assert.deepEqual(row, { n: 45, tokens: 120, ids: 45, equal: true })
  })

  it('hold every vector bit by bit, whatever its length, over many pages and row groups', async () => {
    const bits = (n: number): Float32Array => {
      const words = Uint32Array.from({ length: [384, 0, 7, 1][n % 4]! }, (_, i) => {
        const mixed = Math.imul(n * 1000 + i + 1, 0x9e3779b1) >>> 0
        return (mixed & 0x7f800000) === 0x7f800000 ? mixed & 0x807fffff : mixed
      })
      return new Float32Array(words.buffer)
    }
    const vectors = Array.from({ length: 4000 }, (_, n) => bits(n))
    const sets = vectors.map((vector, n) =>
      anEmbeddingSet({
        documentId: documentIdOf(n),
        dimensions: vector.length,
        vectors: [{ chunkId: `c${n}`, ordinal: n, tokens: 1, vector: vectorBytes(vector) }],
      }),
    )
    const options = { rowGroupRows: 1500 }
    const { objects } = await write('embeddings', sets, inMemoryObjectStore(), options)
    const { query } = await open(objects.objects)
    const rows = await query('SELECT ordinal, embedding FROM FILES(embeddings) ORDER BY ordinal')
    assert.equal(rows.length, vectors.length)
    for (const [n, row] of rows.entries()) {
      const read = vectorBytes(row['embedding'] as number[])
      assert.deepEqual(read, vectorBytes(vectors[n]!), `vector ${n}`)
    }
  })

  it('hold one row per chunk, model and label', async () => {
    const { objects } = await write('classifications', [aClassificationSet()])
    const { query } = await open(objects.objects)
    const rows = await query('SELECT model, label, score, accepted FROM FILES(classifications)')
    assert.deepEqual(rows, [
      { model: 'spam', label: 'spam', score: 0.75, accepted: true },
      { model: 'spam', label: 'ham', score: 0.25, accepted: false },
    ])
  })

  it('hold every summary', async () => {
    const { objects } = await write('summaries', [aSummary()])
    const { query } = await open(objects.objects)
    const rows = await query('SELECT status, text, tokens_out, model FROM FILES(summaries)')
    assert.deepEqual(rows, [
      { status: 'OK', text: 'Somebody says hello.', tokens_out: 4, model: 'hash-384' },
    ])
  })

  it('stand beside files of an older schema, with null for what those lack, and are joined with them as the docs say', async () => {
    const objects = inMemoryObjectStore()
    const chunks = [
      aChunkRecord({ id: 'one', ordinal: 0 }),
      aChunkRecord({ id: 'two', ordinal: 1 }),
    ]
    await objects.put('chunks/new.avro', encodeFile(chunkFileCodec, aChunkFile({ chunks })))
    const set = aChunkSet({ uri: objects.uriOf('chunks/new.avro'), chunks: chunks.length })
    await write('chunks', [set], objects)
    const { query } = await open(objects.objects)
    const [{ filename } = {}] = await query(
      `SELECT DISTINCT filename FROM read_parquet(PATHS(chunks), filename = true)`,
    )
    const file = String(filename)
    const all = `read_parquet(PATHS(chunks), hive_partitioning = true, union_by_name = true)`
    await query(
      `COPY (SELECT * EXCLUDE (text_hash, near_keys) REPLACE ('old ' || chunk_id AS chunk_id)
       FROM read_parquet('${file}', hive_partitioning = false))
       TO '${file.replace(/[^/]+$/, 'archive.chunks+0+older.parquet')}' (FORMAT parquet)`,
    )
    const rows = `SELECT chunk_id, text_hash IS NULL AS bare, near_keys IS NULL AS far, tokens > 0 AS counted`
    const expected = ['old one', 'old two', 'one', 'two'].map((chunk_id) => {
      const old = chunk_id.startsWith('old')
      return { chunk_id, bare: old, far: old, counted: true }
    })
    assert.deepEqual(await query(`${rows} FROM ${all} ORDER BY chunk_id`), expected)
    const compacted = file.replace(/parquet\/chunks\/.*$/, 'compacted')
    await query(
      `COPY (SELECT * FROM ${all} ORDER BY document_id, revision)
       TO '${compacted}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (tenant, date), ROW_GROUP_SIZE 20000)`,
    )
    const joined = `read_parquet('${compacted}/**/*.parquet', hive_partitioning = true, filename = true)`
    assert.deepEqual(await query(`${rows} FROM ${joined} ORDER BY chunk_id`), expected)
    const [files] = await query(`SELECT count(DISTINCT filename)::int AS n FROM ${joined}`)
    assert.deepEqual(files, { n: 1 })
  })

  it('are pruned by tenant and date, which survive odd tenant names', async () => {
    const tenants = ['acme', 'a/../b', 'ü & co=1']
    const days = [Date.UTC(2001, 1, 3), Date.UTC(2001, 1, 4), null]
    const events = tenants.flatMap((tenant) =>
      days.map((sentAt) => aPreparedDocument({ tenantId: asTenantId(tenant), sentAt })),
    )
    const { objects, result } = await write('documents', events)
    assert.equal(result.counts['files'], 9)
    const { query } = await open(objects.objects)
    const rows = await query(
      `SELECT tenant, date::varchar AS date, bool_and(tenant = tenant_id) AS equal
       FROM FILES(documents) WHERE date < '2010-01-01' AND tenant <> 'acme' GROUP BY ALL ORDER BY ALL`,
    )
    assert.deepEqual(rows, [
      { tenant: 'a/../b', date: '2001-02-03', equal: true },
      { tenant: 'a/../b', date: '2001-02-04', equal: true },
      { tenant: 'ü & co=1', date: '2001-02-03', equal: true },
      { tenant: 'ü & co=1', date: '2001-02-04', equal: true },
    ])
    const [plan] = await query(
      `EXPLAIN ANALYZE SELECT count(tokens) FROM FILES(documents) WHERE date = '2001-02-03' AND tenant = 'acme'`,
    )
    assert.match(JSON.stringify(plan), /Scanning Files: 1\/9|Files Read: 1\b/)
  })

  it('have smallest and largest values where these have an order, and not of ids and URIs', async () => {
    const { objects } = await write('embeddings', [anEmbeddingSet()])
    const { query } = await open(objects.objects)
    const rows = await query(
      `SELECT path_in_schema AS name, stats_min_value IS NOT NULL AS ordered FROM COLUMNS(embeddings)`,
    )
    const ordered = Object.fromEntries(rows.map(({ name, ordered }) => [name, ordered]))
    assert.equal(ordered['sent_at'], true)
    assert.equal(ordered['ordinal'], true)
    assert.equal(ordered['chunk_id'], false)
    assert.equal(ordered['chunk_set_uri'], false)
  })

  it('say in their footer which range they are of', async () => {
    const { objects } = await write('embeddings', [anEmbeddingSet()])
    const [name] = [...objects.objects.keys()]
    assert.equal(
      name,
      'parquet/embeddings/tenant=acme/date=2023-05-06/archive.embeddings+0+00000000000000000000.parquet',
    )
    const { query } = await open(objects.objects)
    const rows = await query(
      `SELECT decode(key) AS key, decode(value) AS value FROM FOOTERS(embeddings)
       WHERE decode(key) NOT IN ('schema')`,
    )
    assert.deepEqual(Object.fromEntries(rows.map(({ key, value }) => [key, value])), {
      dataset: 'embeddings',
      topic: 'archive.embeddings',
      partition: '0',
      start: '0',
      end: '1',
      writer: '3',
      models: 'hash-384@1',
    })
  })
})
