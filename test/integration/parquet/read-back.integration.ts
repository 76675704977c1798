import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { after, before, describe, it } from 'mocha'
import { pythonWith } from '../../services/python.ts'
import { writeDatasets, type WrittenFacts } from './written-datasets.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../../', import.meta.url))
const here = join(root, 'test', 'integration', 'parquet')

describe('Parquet files read by others', function () {
  this.timeout(300_000)
  let folder: string
  let work: string
  let facts: WrittenFacts

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-streams-read-back-'))
    work = await mkdtemp(join(tmpdir(), 'archive-streams-spark-'))
    facts = await writeDatasets(folder)
  })
  after(async () => {
    for (const each of [folder, work]) await rm(each, { recursive: true, force: true })
  })

  const readBy = async (tool: 'python' | 'spark'): Promise<unknown> => {
    const python = await pythonWith(join(here, tool, 'requirements.txt'))
    const env = { ...process.env, SPARK_WORK: work, PYSPARK_PYTHON: python }
    const { stdout } = await run(python, [join(here, tool, 'read_back.py'), folder], { env })
    return JSON.parse(stdout)
  }

  /** What was written, under a reader's own names of types. */
  const factsWith = (types: readonly string[], element: string): unknown => ({
    ...facts,
    documents: { ...facts.documents, types },
    embeddings: { ...facts.embeddings, type: element },
  })

  it('are to pyarrow what was written: counts, sums, types, nulls, every bit of a vector, partitions, grown schemas', async () => {
    const types = ['int64', 'timestamp[ms, tz=UTC]', 'int32']
    assert.deepEqual(await readBy('python'), factsWith(types, 'float'))
  })

  it('are the same to Spark', async () => {
    const types = ['bigint', 'timestamp', 'int']
    assert.deepEqual(await readBy('spark'), factsWith(types, 'float'))
  })
})
