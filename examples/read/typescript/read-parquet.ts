// Reads the Parquet files of an archive with DuckDB: node read-parquet.js archive-data/objects/parquet
import { DuckDBInstance } from '@duckdb/node-api'

const [folder = 'archive-data/objects/parquet'] = process.argv.slice(2)

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
const files = (dataset: string): string =>
  `read_parquet('${folder.replaceAll("'", "''")}/${dataset}/**/*.parquet', hive_partitioning = true, union_by_name = true)`

const query = async (sql: string): Promise<readonly Record<string, unknown>[]> =>
  (await connection.runAndReadAll(sql)).getRowObjectsJson()

// A document comes again with every revision: the highest one is what holds.
const newest = `(SELECT document_id, max(revision) AS revision FROM ${files('documents')} GROUP BY ALL)`

const documents = await query(
  `SELECT type, count(*)::int AS documents, sum(tokens)::int AS tokens FROM ${files('documents')}
   JOIN ${newest} USING (document_id, revision) GROUP BY type ORDER BY type`,
)
const redactions = await query(
  `SELECT entity, count(*)::int AS stretches FROM ${files('redactions')}
   JOIN ${newest} USING (document_id, revision) GROUP BY entity ORDER BY entity`,
)
process.stdout.write(`${JSON.stringify({ documents, redactions })}\n`)

connection.closeSync()
instance.closeSync()
