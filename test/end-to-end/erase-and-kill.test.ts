import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { after, before, describe, it } from 'mocha'
import { writeMailFolder } from '../../bench/mail-corpus.ts'
import { documentIdFor } from '../../cli/document-id-for.ts'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { reportOf, runCli, startArgs, startCli, startSignalled } from './run-cli.ts'

const datasets = ['documents', 'chunks', 'embeddings', 'classifications', 'summaries']

describe('erasing from Parquet', function () {
  this.timeout(240_000)
  const folder = temporaryFolder()
  const source = join(folder.path, 'source')
  const dataDir = join(folder.path, 'data')
  const parquet = join(dataDir, 'objects', 'parquet')
  // Small ranges make many files.
  const many = ['--set', 'parquet.maxRecords=10', '--set', 'parquet.partitionBy=month']
  const again = [...startArgs(source, dataDir), ...many]
  let erased: ReadonlySet<string> = new Set()

  /** Rows per document of each dataset, as DuckDB sees them at this moment; and whether any is there twice. */
  const rowsOnce = async (): Promise<ReadonlyMap<string, number>> => {
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    const rows = new Map<string, number>()
    for (const dataset of datasets) {
      const reader = await connection.runAndReadAll(
        `SELECT document_id, count(*)::INT FROM read_parquet('${parquet}/${dataset}/**/*.parquet') GROUP BY 1`,
      )
      for (const [id, count] of reader.getRows())
        rows.set(`${dataset} ${String(id)}`, Number(count))
    }
    connection.closeSync()
    return rows
  }
  /** DuckDB opens a file by its name more than once for a query: one that is replaced in between fails it, and it is asked again. */
  const rowsNow = async (tries = 5): Promise<ReadonlyMap<string, number>> => {
    try {
      return await rowsOnce()
    } catch (error) {
      if (tries > 1 && /Invalid Error/.test(String(error))) return rowsNow(tries - 1)
      throw error
    }
  }
  const split = (rows: ReadonlyMap<string, number>) => {
    const isErased = ([key]: readonly [string, number]): boolean => erased.has(key.split(' ')[1]!)
    return {
      kept: [...rows].filter((each) => !isErased(each)).toSorted(),
      gone: [...rows].filter(isErased),
    }
  }

  /** Names of Parquet files with the numbers of their inodes: a replaced file has another one. */
  const inodes = (): ReadonlyMap<string, number> =>
    new Map(
      readdirSync(parquet, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.parquet'))
        .map((name) => [name, statSync(join(parquet, name)).ino]),
    )

  before(async () => {
    await writeMailFolder(source, 120)
    const end = await runCli(...again)
    assert.equal(end.code, 0, end.err)
    assert.equal(reportOf(end).documents.delivered, 120)
  })

  after(() => folder.remove())

  it('is finished by whoever starts next, however often it is killed, and readers see every other row once', async () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .map((name) => join(source, name))
      .filter((path) => statSync(path).isFile())
      .toSorted()
    const some = files.filter((_, n) => n % 10 === 0)
    const full = await rowsNow()
    erased = new Set(some.map((path) => String(documentIdFor(path, 'default'))))
    const { kept, gone } = split(full)
    assert.equal(gone.length, erased.size * datasets.length)

    assert.equal((await runCli('publish', '--erase', ...some, '--data-dir', dataDir)).code, 0)
    const first = inodes()
    let killed = 0
    for (let tries = 0; killed < 4; tries++) {
      assert.ok(tries < 40, 'never killed while it replaced files')
      const moment = { folder: parquet, signals: ['SIGKILL'] } as const
      const { code, err } = await startSignalled(moment, ...again).ended
      if (code === 0) break
      assert.equal(code, 137, err)
      killed++
      assert.deepEqual(split(await rowsNow()).kept, kept)
    }
    assert.ok(killed > 0, 'never killed while it replaced files')

    const { ended } = startCli(...again)
    let over = false
    void ended.then(() => (over = true))
    let looks = 0
    while (!over) {
      assert.deepEqual(split(await rowsNow()).kept, kept)
      looks++
    }
    const { code, err } = await ended
    assert.equal(code, 0, err)
    assert.ok(looks > 0)
    assert.deepEqual(split(await rowsNow()), { kept, gone: [] })
    assert.deepEqual([...inodes().keys()].toSorted(), [...first.keys()].toSorted())
  })
})
