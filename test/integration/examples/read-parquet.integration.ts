import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { after, before, describe, it } from 'mocha'
import { reportOf, runCli, startArgs } from '../../end-to-end/run-cli.ts'
import { pythonWith } from '../../services/python.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../../', import.meta.url))

describe('the examples of reading Parquet', function () {
  this.timeout(180_000)
  let folder: string
  let parquet: string
  let documents: number

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-streams-read-'))
    const ended = await runCli(...startArgs(join(root, 'examples', 'archive', 'mail'), folder))
    assert.equal(ended.code, 0, ended.err)
    documents = reportOf(ended).documents.delivered
    parquet = join(folder, 'objects', 'parquet')
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('in Python find labels, and vectors as a matrix', async () => {
    const here = join(root, 'examples', 'read', 'python')
    const python = await pythonWith(join(here, 'requirements.txt'))
    const { stdout } = await run(python, [join(here, 'read_parquet.py'), parquet])
    const found = JSON.parse(stdout) as {
      readonly labels: Readonly<Record<string, number>>
      readonly vectors: readonly [number, number]
      readonly nearestToFirst: string
    }
    const [rows, dimensions] = found.vectors
    assert.ok(rows >= documents && dimensions === 384, `${rows} × ${dimensions}`)
    assert.ok(Object.values(found.labels).every((count) => count > 0 && count <= documents))
    assert.ok(Object.keys(found.labels).length > 1)
    assert.equal(found.nearestToFirst.length, 36)
  })

  it('in TypeScript count documents and redactions', async () => {
    const script = join(root, 'dist', 'examples', 'read', 'typescript', 'read-parquet.js')
    const { stdout } = await run(process.execPath, [script, parquet])
    const found = JSON.parse(stdout) as {
      readonly documents: readonly { readonly documents: number; readonly tokens: number }[]
      readonly redactions: readonly { readonly entity: string; readonly stretches: number }[]
    }
    const count = found.documents.reduce((sum, each) => sum + each.documents, 0)
    assert.equal(count, documents)
    assert.ok(found.redactions.some(({ entity }) => entity === 'EMAIL_ADDRESS'))
  })

  it('by the statement of docs/datasets.md are joined into fewer files with the same rows', async () => {
    const page = await readFile(join(root, 'docs', 'datasets.md'), 'utf8')
    const statement = /COPY \([\s\S]*?ROW_GROUP_SIZE \d+\)/.exec(page)?.[0] ?? ''
    const own = statement
      .replace('objects/parquet/chunks/tenant=acme/date=2024-01-*', `${parquet}/chunks/**`)
      .replace("'compacted/chunks'", `'${folder}/compacted'`)
    assert.notEqual(own, statement)
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    await connection.run(own)
    const rowsIn = async (place: string): Promise<unknown> =>
      (
        await connection.runAndReadAll(
          `SELECT count(*)::int, sum(tokens)::int, count(DISTINCT chunk_id)::int, count(DISTINCT date)::int
           FROM read_parquet('${place}/**/*.parquet', hive_partitioning = true)`,
        )
      ).getRows()
    assert.deepEqual(await rowsIn(`${folder}/compacted`), await rowsIn(`${parquet}/chunks`))
    connection.closeSync()
    instance.closeSync()
  })
})
