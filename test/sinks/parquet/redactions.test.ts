import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { encodeFile } from '../../../schemas/container-file.ts'
import { chunkFileCodec, preparedTextCodec } from '../../../schemas/generated/codecs.ts'
import type { PreparedDocument } from '../../../schemas/generated/types.ts'
import { parquetSink } from '../../../sinks/parquet/index.ts'
import { markErased } from '../../../topology/model/erased-mark.ts'
import type { RangeResult } from '../../../topology/model/stage.ts'
import type { ObjectStore } from '../../../topology/ports/object-store.ts'
import { documentIdOf } from '../../builders/an-envelope.ts'
import { duckReader } from '../../builders/duckdb.ts'
import {
  inMemoryObjectStore,
  type InMemoryObjectStore,
} from '../../builders/in-memory-object-store.ts'
import {
  aChunkFile,
  aChunkSet,
  aFinding,
  aPreparedDocument,
  aPreparedText,
} from '../../builders/outputs.ts'
import { aRange, aSinkContext } from '../../builders/test-ports.ts'

const written = (events: readonly PreparedDocument[], objects: ObjectStore): Promise<RangeResult> =>
  parquetSink({ dataset: 'documents', beside: ['redactions'] }).write(
    aRange('archive.prepared', events),
    aSinkContext({ objects }),
  )

/** A prepared document whose text has these findings. */
const withFindings = async (
  n: number,
  objects: ObjectStore,
  findings: readonly ReturnType<typeof aFinding>[],
  changes: Partial<PreparedDocument> = {},
): Promise<PreparedDocument> => {
  const name = `prepared/${n}.avro`
  await objects.put(name, encodeFile(preparedTextCodec, aPreparedText({ findings })))
  return aPreparedDocument({ documentId: documentIdOf(n), uri: objects.uriOf(name), ...changes })
}

const query = async (objects: InMemoryObjectStore, sql: string) => {
  const files = [...objects.objects].filter(([name]) => name.startsWith('parquet/'))
  const duck = await duckReader(new Map(files))
  try {
    return await duck.query(sql)
  } finally {
    await duck.close()
  }
}

describe('the dataset of redactions', () => {
  it('has a row for every stretch that was rewritten, by place and type', async () => {
    const objects = inMemoryObjectStore()
    const findings = [
      aFinding({ start: 3, end: 10, recogniser: 'email', score: 95 }),
      aFinding({ start: 20, end: 27, type: 'PHONE', recogniser: 'phone' }),
      aFinding({ start: 40, end: 45, type: 'KEPT' }),
    ]
    await written(
      [
        await withFindings(1, objects, findings, { redactions: { EMAIL: 1, PHONE: 1 } }),
        await withFindings(2, objects, [aFinding()], { redactions: {} }),
      ],
      objects,
    )
    const rows = await query(
      objects,
      `SELECT document_id AS id, ordinal::int AS n, entity, start_offset::int AS first,
         end_offset::int AS last, score::int AS score, recogniser FROM FILES(redactions) ORDER BY n`,
    )
    const id = documentIdOf(1)
    assert.deepEqual(rows, [
      { id, n: 0, entity: 'EMAIL', first: 3, last: 10, score: 95, recogniser: 'email' },
      { id, n: 1, entity: 'PHONE', first: 20, last: 27, score: 100, recogniser: 'phone' },
    ])
    const [documents] = await query(objects, 'SELECT count(*)::int AS n FROM FILES(documents)')
    assert.deepEqual(documents, { n: 2 })
  })

  it('has no column with a text of the document', async () => {
    const objects = inMemoryObjectStore()
    const finding = aFinding({ start: 0, end: 7 })
    await written([await withFindings(1, objects, [finding])], objects)
    const [row = {}] = await query(objects, 'SELECT * FROM FILES(redactions)')
    assert.ok(!Object.values(row).some((value) => String(value).includes('said so')))
    assert.equal(row['text'], undefined)
  })

  it('makes a dead letter of a document whose text is gone, and writes no row of it anywhere', async () => {
    const objects = inMemoryObjectStore()
    const { failures } = await written(
      [
        aPreparedDocument({ documentId: documentIdOf(1), uri: objects.uriOf('prepared/no.avro') }),
        await withFindings(2, objects, [aFinding()]),
      ],
      objects,
    )
    assert.deepEqual(
      failures.map(({ offset, failure }) => [offset, failure.code]),
      [[0, 'prepared-text-missing']],
    )
    for (const dataset of ['documents', 'redactions'])
      assert.deepEqual(await query(objects, `SELECT document_id AS id FROM FILES(${dataset})`), [
        { id: documentIdOf(2) },
      ])
  })

  it('stays as it was written when a document was erased before it is written again', async () => {
    const objects = inMemoryObjectStore()
    const events = await Promise.all([1, 2].map((n) => withFindings(n, objects, [aFinding()])))
    await written(events, objects)
    const before = objects.objects.size
    await markErased(objects, events[0]!)
    await objects.remove(events[0]!.uri!)
    const { failures } = await written(events, objects)
    assert.deepEqual(failures, [])
    assert.equal(objects.objects.size, before)
  })
})

describe('the dataset of chunks', () => {
  it('stays as it was written when a document was erased before it is written again', async () => {
    const objects = inMemoryObjectStore()
    const events = await Promise.all(
      [1, 2].map(async (n) => {
        const name = `chunks/${n}.avro`
        await objects.put(name, encodeFile(chunkFileCodec, aChunkFile()))
        return aChunkSet({ documentId: documentIdOf(n), uri: objects.uriOf(name) })
      }),
    )
    const write = () =>
      parquetSink({ dataset: 'chunks' }).write(
        aRange('archive.chunks', events),
        aSinkContext({ objects }),
      )
    await write()
    await markErased(objects, events[0]!)
    await objects.remove(events[0]!.uri!)
    assert.deepEqual((await write()).failures, [])
  })
})
