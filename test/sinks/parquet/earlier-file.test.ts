import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { PreparedDocument } from '../../../schemas/generated/types.ts'
import { documents } from '../../../sinks/parquet/documents.ts'
import { parquetSink } from '../../../sinks/parquet/index.ts'
import { createParquetFile } from '../../../sinks/parquet/parquet-file.ts'
import { openParquetBytes } from '../../../sinks/parquet/read-parquet.ts'
import { ObjectConflict } from '../../../topology/ports/object-store.ts'
import { duckReader } from '../../builders/duckdb.ts'
import { inMemoryObjectStore } from '../../builders/in-memory-object-store.ts'
import { aPreparedDocument } from '../../builders/outputs.ts'
import { aRange, aSinkContext, sinkRecords } from '../../builders/test-ports.ts'

describe('the Parquet sink over files of an earlier version', () => {
  /** The file of a range as a version wrote it that had no column `language`. */
  const anOlderFile = async (events: readonly PreparedDocument[], footer = {}) => {
    const objects = inMemoryObjectStore()
    const written = await parquetSink({ dataset: 'documents' }).write(
      aRange('archive.prepared', events),
      aSinkContext({ objects }),
    )
    const [name, bytes] = [...objects.objects][0]!
    const { metadata } = await openParquetBytes(bytes)
    const before = Object.fromEntries(
      metadata.key_value_metadata!.map(({ key, value }) => [key, value ?? '']),
    )
    const file = createParquetFile(documents.columns.filter((each) => each.name !== 'language'))
    const records = sinkRecords('archive.prepared', events)
    file.addRowGroup(records.map((record) => ({ record })))
    const older = { ...before, schema: 'older', ...footer }
    return { name, uris: written.outputs.map(({ uri }) => uri), bytes: file.finish(older) }
  }

  it('goes on from the file of an earlier version that an upgrade finds in its place, and loses no row', async () => {
    const events = [aPreparedDocument(), aPreparedDocument({ revision: 2n })]
    const older = await anOlderFile(events)
    const objects = inMemoryObjectStore()
    await objects.put(older.name, older.bytes)
    const sink = parquetSink({ dataset: 'documents' })
    const result = await sink.write(aRange('archive.prepared', events), aSinkContext({ objects }))
    assert.deepEqual(
      result.outputs.map(({ uri }) => uri),
      older.uris,
    )
    assert.deepEqual(objects.objects, new Map([[older.name, older.bytes]]))
    const { query, close } = await duckReader(objects.objects)
    const [row] = await query(
      'SELECT count(*)::INT AS n, sum(revision)::INT AS r FROM FILES(documents)',
    )
    await close()
    assert.deepEqual({ ...row }, { n: 2, r: 3 })
  })

  it('takes no file of an earlier version for its own that lacks a row, has another one, or is of another range', async () => {
    const events = [aPreparedDocument(), aPreparedDocument({ revision: 2n })]
    const { name } = await anOlderFile(events)
    const others = [
      await anOlderFile(events.slice(0, 1)),
      await anOlderFile([events[0]!, aPreparedDocument({ revision: 3n })]),
      await anOlderFile(events, { end: '7' }),
      { bytes: Buffer.from('no Parquet') },
    ]
    for (const { bytes } of others) {
      const objects = inMemoryObjectStore()
      await objects.put(name, bytes)
      const write = parquetSink({ dataset: 'documents' }).write(
        aRange('archive.prepared', events),
        aSinkContext({ objects }),
      )
      await assert.rejects(write, ObjectConflict)
      assert.deepEqual(objects.objects.get(name), bytes)
    }
  })
})
