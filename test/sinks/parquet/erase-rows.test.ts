import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { asTenantId } from '../../../schemas/brands.ts'
import { encodeFile } from '../../../schemas/container-file.ts'
import { chunkFileCodec, preparedTextCodec } from '../../../schemas/generated/codecs.ts'
import {
  datasets,
  parquetSink,
  type DatasetName,
  type EventOf,
} from '../../../sinks/parquet/index.ts'
import type { ParquetOptions } from '../../../sinks/parquet/options.ts'
import { Fault } from '../../../topology/model/failure.ts'
import type { RangeResult, SinkRange } from '../../../topology/model/stage.ts'
import type { ObjectStore } from '../../../topology/ports/object-store.ts'
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
  aClassificationSet,
  anEmbeddingSet,
  aFinding,
  aPreparedDocument,
  aPreparedText,
  aSummary,
  vectorBytes,
} from '../../builders/outputs.ts'
import { aRange, aSinkContext } from '../../builders/test-ports.ts'

type Changes = Pick<EventOf<'documents'>, 'documentId' | 'tenantId' | 'revision' | 'sentAt'>

const acme = asTenantId('acme')
const day = (n: number): number => Date.UTC(2024, 0, 1 + n, 7, 8, 9, 123)
/** What differs from event to event; every third document has a second revision. */
const changesOf = (count: number): readonly Changes[] =>
  Array.from({ length: count }, (_, n) => ({
    documentId: documentIdOf(n),
    tenantId: acme,
    revision: n % 3 === 2 ? 2n : 1n,
    sentAt: n % 5 === 4 ? null : day(n % 2),
  }))

/** Events that make rows with every kind of value: absent ones, empty lists and maps, floats. */
const events: {
  [D in DatasetName]: (changes: Changes, n: number, objects: ObjectStore) => Promise<EventOf<D>>
} = {
  documents: async (changes, n) =>
    aPreparedDocument({
      ...changes,
      language: n % 2 ? null : 'en',
      redactions: n % 3 ? { EMAIL: n, '17': 1 } : {},
      ...(n % 4 === 0 && { attachments: [], warnings: [] }),
    }),
  redactions: async (changes, n, objects) => {
    const name = `prepared/${n}.avro`
    const findings = Array.from({ length: n % 4 }, (_, i) => aFinding({ start: 10 * i }))
    await objects.put(name, encodeFile(preparedTextCodec, aPreparedText({ findings })))
    return aPreparedDocument({ ...changes, redactions: { EMAIL: n }, uri: objects.uriOf(name) })
  },
  chunks: async (changes, n, objects) => {
    const name = `chunks/${n}.avro`
    const chunks = Array.from({ length: n % 4 }, (_, i) =>
      aChunkRecord({
        id: `${n}-${i}`,
        text: `größe 😀 ${n}`,
        hardSplit: i % 2 === 0,
        // As of a chunk file of the first version.
        ...(n % 4 === 3 && { startByte: null, endCodePoint: null, textHash: null }),
      }),
    )
    await objects.put(name, encodeFile(chunkFileCodec, aChunkFile({ chunks })))
    return aChunkSet({ ...changes, uri: objects.uriOf(name) })
  },
  embeddings: async (changes, n) => {
    const vector = vectorBytes(
      Float32Array.from({ length: n % 3 ? 384 : 0 }, (_, i) => Math.sin(n * i)),
    )
    const dimensions = vector.length / 4
    return anEmbeddingSet({
      ...changes,
      dimensions,
      vectors: [{ chunkId: `c${n}`, ordinal: n, tokens: 1, vector }],
    })
  },
  classifications: async (changes) => aClassificationSet(changes),
  summaries: async (changes, n) => aSummary({ ...changes, text: `summary ${n}` }),
}

const erasing = { operation: 'ERASE', uri: null, sentAt: null } as const
const erasures: { [D in DatasetName]: (changes: Partial<Changes>) => EventOf<D> } = {
  documents: (changes) => aPreparedDocument({ ...erasing, ...changes }),
  redactions: (changes) => aPreparedDocument({ ...erasing, ...changes }),
  chunks: (changes) => aChunkSet({ ...erasing, ...changes }),
  embeddings: (changes) =>
    anEmbeddingSet({ operation: 'ERASE', sentAt: null, vectors: [], ...changes }),
  classifications: (changes) =>
    aClassificationSet({ operation: 'ERASE', sentAt: null, results: [], ...changes }),
  summaries: (changes) => aSummary({ operation: 'ERASE', sentAt: null, text: '', ...changes }),
}

/** A range of the dataset's topic that begins at an offset. */
const rangeAt = <D extends DatasetName>(
  dataset: D,
  start: number,
  values: readonly EventOf<D>[],
): SinkRange<EventOf<D>> => {
  const range = aRange(`archive.${dataset}`, values)
  const records = range.records.map((record) => ({ ...record, offset: record.offset + start }))
  return { ...range, start, end: start + values.length, records }
}

const options: Partial<ParquetOptions> = { rowGroupRows: 7, fileBytes: 8_000 }

const write = <D extends DatasetName>(
  dataset: D,
  range: SinkRange<EventOf<D>>,
  objects: ObjectStore,
): Promise<RangeResult> => parquetSink({ dataset, options }).write(range, aSinkContext({ objects }))

/** An archive of two ranges in one dataset. */
const anArchive = async <D extends DatasetName>(dataset: D): Promise<InMemoryObjectStore> => {
  const objects = inMemoryObjectStore()
  const changes = changesOf(60)
  const all = await Promise.all(changes.map((each, n) => events[dataset](each, n, objects)))
  await write(dataset, rangeAt(dataset, 0, all.slice(0, 40)), objects)
  await write(dataset, rangeAt(dataset, 40, all.slice(40)), objects)
  return objects
}

const parquetOf = (objects: InMemoryObjectStore): ReadonlyMap<string, Uint8Array> =>
  new Map([...objects.objects].filter(([name]) => name.startsWith('parquet/')))

/** Every row as DuckDB sees it, without some documents. */
const rowsOf = async (
  objects: InMemoryObjectStore,
  dataset: DatasetName,
  without: readonly string[] = [],
): Promise<readonly string[]> => {
  const { query, close } = await duckReader(parquetOf(objects))
  const rows = await query(
    `SELECT document_id AS id, to_json(t)::VARCHAR AS row FROM FILES(${dataset}) t`,
  )
  await close()
  return rows
    .filter(({ id }) => !without.includes(String(id)))
    .map(({ row }) => String(row))
    .sort()
}

describe('an erasure in the Parquet sink', () => {
  for (const dataset of Object.keys(datasets) as DatasetName[])
    it(`takes the rows of a document out of the files of ${dataset}, and touches no other row`, async () => {
      const objects = await anArchive(dataset)
      const gone = [2, 3, 41].map(documentIdOf)
      const expected = await rowsOf(objects, dataset, gone)
      const before = await rowsOf(objects, dataset)
      assert.ok(before.length > expected.length)
      const names = [...parquetOf(objects).keys()]
      const erased = gone.map((documentId) => erasures[dataset]({ documentId, revision: 9n }))
      const { counts } = await write(dataset, rangeAt(dataset, 60, erased as never), objects)
      assert.deepEqual(await rowsOf(objects, dataset), expected)
      assert.equal(counts['erasedRows'], before.length - expected.length)
      assert.deepEqual([...parquetOf(objects).keys()], names)
    })

  it('leaves newer revisions, other tenants, other partitions and later ranges alone', async () => {
    const objects = await anArchive('documents')
    const other = aPreparedDocument({ tenantId: asTenantId('other'), documentId: documentIdOf(1) })
    await write('documents', rangeAt('documents', 60, [other]), objects)
    const later = aPreparedDocument({ tenantId: acme, documentId: documentIdOf(1) })
    await write('documents', rangeAt('documents', 100, [later]), objects)
    await write('documents', { ...rangeAt('documents', 0, [later]), partition: 1 }, objects)
    const before = (await rowsOf(objects, 'documents')).length
    const erase = [1, 2].map((n) =>
      erasures.documents({ tenantId: acme, documentId: documentIdOf(n), revision: 1n }),
    )
    const { counts } = await write('documents', rangeAt('documents', 70, erase), objects)
    assert.deepEqual([counts['erasedRows'], counts['rewrittenFiles']], [1, 1])
    assert.equal((await rowsOf(objects, 'documents')).length, before - 1)
  })

  it('keeps a file of which nothing is left, so that whoever has listed it can open it', async () => {
    const objects = inMemoryObjectStore()
    const event = aPreparedDocument()
    await write('documents', rangeAt('documents', 0, [event]), objects)
    const erase = aPreparedDocument({ ...erasing, revision: 2n })
    await write('documents', rangeAt('documents', 1, [erase]), objects)
    assert.equal(parquetOf(objects).size, 1)
    const { query, close } = await duckReader(objects.objects)
    const rows = await query(
      'SELECT count(*)::int AS n, count(DISTINCT language)::int AS l FROM FILES(documents)',
    )
    const footer = await query(
      "SELECT decode(value) AS n FROM FOOTERS(documents) WHERE decode(key) = 'generation'",
    )
    await close()
    assert.deepEqual([rows, footer], [[{ n: 0, l: 0 }], [{ n: '1' }]])
  })

  it('does the rest when it comes again after a crash in the middle, and then nothing more', async () => {
    const objects = await anArchive('chunks')
    const gone = Array.from({ length: 60 }, (_, n) => n)
      .filter((n) => n % 3)
      .map(documentIdOf)
    const expected = await rowsOf(objects, 'chunks', gone)
    const range = rangeAt(
      'chunks',
      60,
      gone.map((documentId) => erasures.chunks({ documentId, revision: 9n })),
    )
    for (let round = 1; ; round++) {
      let left = 1
      const crash = new Fault('fatal', 'object-store', 'the process ends here')
      const replace: ObjectStore['replace'] = async (...args) => {
        if (left-- === 0) throw crash
        return objects.replace(...args)
      }
      const failed = await write('chunks', range, { ...objects, replace }).then(
        () => false,
        (error) => error === crash,
      )
      if (!failed) {
        assert.ok(round > 3, 'it was never interrupted')
        break
      }
    }
    assert.deepEqual(await rowsOf(objects, 'chunks'), expected)
    const { counts } = await write('chunks', range, objects)
    assert.equal(counts['erasedRows'], undefined)
  })

  it('lets no zombie bring back what another erasure has removed meanwhile', async () => {
    const objects = await anArchive('summaries')
    const [one, two] = [documentIdOf(1), documentIdOf(3)]
    const erasureOf = (documentId: typeof one) =>
      rangeAt('summaries', 60, [erasures.summaries({ documentId, revision: 9n })])
    let overtaken = false
    const zombie: ObjectStore = {
      ...objects,
      replace: async (...args) => {
        if (!overtaken) await write('summaries', erasureOf(two), objects)
        overtaken = true
        return objects.replace(...args)
      },
    }
    const expected = await rowsOf(objects, 'summaries', [one, two])
    await write('summaries', erasureOf(one), zombie)
    assert.ok(overtaken)
    assert.deepEqual(await rowsOf(objects, 'summaries'), expected)
  })

  it('finds many documents at once', async () => {
    const objects = await anArchive('classifications')
    const all = Array.from({ length: 100 }, (_, n) =>
      erasures.classifications({ documentId: documentIdOf(n), revision: 9n }),
    )
    const { counts } = await write('classifications', rangeAt('classifications', 60, all), objects)
    assert.equal(counts['erasedRows'], 120)
    assert.deepEqual(await rowsOf(objects, 'classifications'), [])
  })

  it('says of an erasure that a file could not be read, and writes the rest of the range', async () => {
    const objects = await anArchive('documents')
    const name = [...parquetOf(objects).keys()][0]!
    await objects.remove(objects.uriOf(name))
    await objects.put(name, Buffer.from('PAR1 torn'))
    const erase = erasures.documents({ tenantId: acme, documentId: documentIdOf(1), revision: 9n })
    const fresh = aPreparedDocument({ tenantId: acme, documentId: documentIdOf(99) })
    const result = await write('documents', rangeAt('documents', 60, [fresh, erase]), objects)
    assert.equal(result.counts['rows'], 1)
    assert.deepEqual(
      result.failures.map(({ offset, failure }) => [offset, failure.code]),
      [[61, 'parquet-file-unreadable']],
    )
  })

  it('stops when its partition is taken away', async () => {
    const objects = await anArchive('documents')
    const before = new Map(objects.objects)
    const erase = erasures.documents({ tenantId: acme, documentId: documentIdOf(1), revision: 9n })
    const context = { ...aSinkContext({ objects }), signal: AbortSignal.abort(new Error('lost')) }
    const sink = parquetSink({ dataset: 'documents', options })
    await assert.rejects(sink.write(rangeAt('documents', 60, [erase]), context), /lost/)
    assert.deepEqual(objects.objects, before)
  })
})
