import assert from 'node:assert/strict'
import { readdirSync, statSync, utimesSync, writeFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { after, before, describe, it } from 'mocha'
import { documentIdFor } from '../../cli/document-id-for.ts'
import type { DeadLetter, DocumentEvent, Summary } from '../../schemas/generated/types.ts'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { openData, recordsOf } from './open-data.ts'
import { reportOf, runCli, startArgs } from './run-cli.ts'

const mail = (text: string): string =>
  `From: ada@example.org\nSubject: ${text}\nDate: Tue, 02 Jan 2024 03:04:05 +0100\n\nThe ${text} is at the quay since Monday.\n`
const mboxOf = (...texts: readonly string[]): string =>
  texts.map((text) => `From ada@example.org Tue Jan  2 03:04:05 2024\n${mail(text)}\n`).join('')

/** Datasets that hold a row of a document, as the independent reader DuckDB sees them. */
const rowsOf = async (folder: string, documentId: string): Promise<readonly string[]> => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const found: string[] = []
  for (const dataset of readdirSync(folder)) {
    const files = `read_parquet('${folder}/${dataset}/**/*.parquet')`
    const rows = await connection.runAndReadAll(
      `SELECT 1 FROM ${files} WHERE document_id = '${documentId}' LIMIT 1`,
    )
    if (rows.currentRowCount > 0) found.push(`row of ${dataset}`)
  }
  connection.closeSync()
  return found
}

describe('erasing', function () {
  this.timeout(120_000)
  const folder = temporaryFolder()
  const source = join(folder.path, 'source')
  const dataDir = join(folder.path, 'data')
  const at = (name: string): string => join(source, name)

  const start = async () => {
    const end = await runCli(...startArgs(source, dataDir))
    assert.equal(end.code, 0, end.err)
    return reportOf(end)
  }
  const erase = async (...paths: readonly string[]): Promise<void> => {
    const end = await runCli('publish', '--erase', ...paths, '--data-dir', dataDir)
    assert.equal(end.code, 0, end.err)
  }

  /** Where anything of a document is left: vectors, objects, rows, summaries that hold text, dead letters. */
  const leftOf = async (documentId: string): Promise<readonly string[]> => {
    const view = await openData(dataDir)
    try {
      const left: string[] = []
      for await (const { payload } of view.vectors.scan()) {
        if (payload.documentId === documentId) left.push('vector')
      }
      const objects = join(dataDir, 'objects')
      for (const name of readdirSync(objects, { recursive: true, encoding: 'utf8' })) {
        // What remains is the mark that it was erased.
        if (name.startsWith('erased')) continue
        if (name.includes(documentId) && statSync(join(objects, name)).isFile()) left.push(name)
      }
      left.push(...(await rowsOf(join(objects, 'parquet'), documentId)))
      const newest = new Map<string, Summary>()
      for (const { decoded } of await recordsOf<Summary>(view, 'archive.summaries')) {
        newest.set(decoded.documentId, decoded)
      }
      if ((newest.get(documentId)?.text ?? '') !== '') left.push('summary')
      for (const { decoded } of await recordsOf<DeadLetter>(view, 'archive.dead-letters')) {
        left.push(`dead letter ${decoded.subTopology} ${decoded.code}`)
      }
      return left
    } finally {
      await view.close()
    }
  }

  before(async () => {
    mkdirSync(source)
    writeFileSync(at('kept.eml'), mail('kept crate'))
    writeFileSync(at('erased.eml'), mail('erased crate'))
    writeFileSync(at('box.mbox'), mboxOf('first barrel', 'second barrel'))
    writeFileSync(at('early.eml'), mail('early crate'))
    utimesSync(at('erased.eml'), 1_700_000_000, 1_700_000_000)
    assert.equal((await runCli('publish', source, '--data-dir', dataDir)).code, 0)
    await erase(at('early.eml'))
    const { documents } = await start()
    assert.equal(documents.dead, 0)
  })

  after(() => folder.remove())

  it('what was archived and erased before anything ran leaves nothing, no dead letter either', async () => {
    assert.deepEqual(await leftOf(documentIdFor(at('early.eml'), 'default')), [])
  })

  it('removes vectors, objects and the summary of a document, and only of that', async () => {
    const [erased, kept] = [at('erased.eml'), at('kept.eml')].map((p) =>
      documentIdFor(p, 'default'),
    )
    assert.ok(erased && kept)
    const before = await leftOf(kept)
    const whole = await leftOf(erased)
    const rows = ['chunks', 'classifications', 'documents', 'embeddings', 'summaries']
    for (const each of ['vector', ...rows.map((name) => `row of ${name}`)])
      assert.ok(whole.includes(each), each)
    assert.ok(before.includes('summary'))
    await erase(at('erased.eml'))
    const { droppedReasons } = await start()
    assert.ok((droppedReasons['erased'] ?? 0) >= 1)
    assert.deepEqual(await leftOf(erased), [])
    assert.deepEqual(await leftOf(kept), before)
  })

  it('keeps older revisions out', async () => {
    const id = documentIdFor(at('erased.eml'), 'default')
    writeFileSync(at('erased.eml'), mail('older crate'))
    utimesSync(at('erased.eml'), 1_600_000_000, 1_600_000_000)
    const { droppedReasons } = await start()
    assert.ok((droppedReasons['erased'] ?? 0) >= 1)
    assert.deepEqual(await leftOf(id), [])
  })

  it('lets a newer revision in again', async () => {
    const id = documentIdFor(at('erased.eml'), 'default')
    writeFileSync(at('erased.eml'), mail('newer crate'))
    const tomorrow = Date.now() / 1_000 + 86_400
    utimesSync(at('erased.eml'), tomorrow, tomorrow)
    assert.equal((await start()).documents.delivered, 1)
    const left = await leftOf(id)
    assert.ok(left.includes('vector') && left.includes('summary'))
  })

  it('erases every member of a container', async () => {
    const view = await openData(dataDir)
    const records = await recordsOf<DocumentEvent>(view, 'archive.documents')
    const ids = records.flatMap(({ decoded }) =>
      decoded.containerUri === null ? [] : [decoded.documentId],
    )
    await view.close()
    const members = [...new Set(ids)]
    assert.equal(members.length, 2)
    assert.ok((await leftOf(members[0] ?? '')).length > 0)
    await erase(at('box.mbox'))
    await start()
    for (const id of members) assert.deepEqual(await leftOf(id), [])
  })

  it('erases one member of a container by its URI, and only that', async () => {
    const two = at('two.mbox')
    writeFileSync(two, mboxOf('third barrel', 'fourth barrel'))
    await start()
    const view = await openData(dataDir)
    const events = await recordsOf<DocumentEvent>(view, 'archive.documents')
    await view.close()
    const uris = events.map(({ decoded }) => decoded.uri).filter((uri) => uri.includes('two.mbox'))
    const [first, second] = uris.toSorted()
    assert.ok(first && second)
    await erase(first)
    await start()
    assert.deepEqual(await leftOf(documentIdFor(first, 'default')), [])
    assert.ok((await leftOf(documentIdFor(second, 'default'))).includes('vector'))
  })

  it('erases a document whose file is gone', async () => {
    const id = documentIdFor(at('kept.eml'), 'default')
    rmSync(at('kept.eml'))
    await erase(at('kept.eml'))
    await start()
    assert.deepEqual(await leftOf(id), [])
  })

  it('erases everything of a folder that is gone, members of containers too', async () => {
    mkdirSync(at('lost'))
    writeFileSync(at('lost/note.eml'), mail('lost note'))
    writeFileSync(at('lost/more.mbox'), mboxOf('lost member'))
    await start()
    const view = await openData(dataDir)
    const events = await recordsOf<DocumentEvent>(view, 'archive.documents')
    await view.close()
    const lost = events.filter(({ decoded }) => decoded.uri.includes('/lost/'))
    const ids = [...new Set(lost.map(({ decoded }) => decoded.documentId))]
    assert.equal(ids.length, 2)

    rmSync(at('lost'), { recursive: true })
    await erase(at('lost'))
    await start()
    for (const id of ids) assert.deepEqual(await leftOf(id), [])
    const again = await runCli('publish', '--erase', at('lost'), '--data-dir', dataDir)
    assert.equal(again.code, 3, 'nothing is known there any more')
  })
})
