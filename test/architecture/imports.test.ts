import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { describe, it } from 'mocha'
import { repository } from '../scripts/repository.ts'
import { importsOf, loadedWith, violationOf, type Import } from './import-rules.ts'

const sourceFolders = [
  'schemas',
  'topology',
  'processors',
  'gpu-runners',
  'sinks',
  'drivers',
  'config',
  'cli',
]

const sources = sourceFolders.flatMap((folder) =>
  readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => relative(repository, path).split(sep).join('/')),
)

const all: readonly Import[] = sources.flatMap((path) =>
  importsOf(path, readFileSync(join(repository, path), 'utf8')),
)

describe('the direction of imports', () => {
  it('is kept by every file', () => {
    assert.ok(sources.length > 100 && all.length > 300, 'the sources were found')
    assert.deepEqual(all.map(violationOf).filter(Boolean), [])
  })

  const forbidden: readonly (readonly [string, string])[] = [
    ['schemas/codec.ts', "import type { Stage } from '../topology/model/stage.ts'"],
    ['topology/model/stage.ts', "import { parse } from '../../processors/parse/parse.ts'"],
    ['topology/ports/clock.ts', "import { x } from '../runtime/task.ts'"],
    ['topology/runtime/task.ts', "import {\n  x,\n} from '../../drivers/system/system-clock.ts'"],
    ['processors/redact/redact.ts', "import { chunk } from '../chunk/chunk.ts'"],
    ['processors/expand/expand.ts', "import { x } from '../fetch/fetch.ts'"],
    ['processors/fetch/fetch.ts', "import { x } from '../parse/parse.ts'"],
    ['processors/redact/redact.ts', "import { x } from '../../topology/runtime/task.ts'"],
    ['sinks/vectors/sink.ts', "export { x } from '../parquet/dataset.ts'"],
    ['sinks/vectors/sink.ts', "const { open } = await import('lmdb')"],
    ['gpu-runners/embed/index.ts', "import '../../config/schema.ts'"],
    ['drivers/embedded/x.ts', "import { Kafka } from 'kafkajs'"],
    ['drivers/kafka/x.ts', "import { Registry } from 'prom-client'"],
    ['drivers/embedded/x.ts', "import { chunk } from '../../processors/chunk/chunk.ts'"],
    ['topology/pipeline.ts', "import { open } from '../drivers/embedded/lmdb/open-environment.ts'"],
    ['config/load.ts', "import { x } from '../cli/output.ts'"],
    ['cli/main.ts', "import { open } from 'lmdb'"],
  ]
  for (const [path, line] of forbidden)
    it(`does not let ${path} say ${line.replaceAll('\n', ' ')}`, () => {
      const found = importsOf(path, `// A file.\n${line}\n`)
      assert.equal(found.length, 1)
      assert.ok(found.every((edge) => violationOf(edge) !== undefined))
    })
})

/** Files and packages that are loaded before the first line of `entry` runs. */
const loadedBy = (entry: string): ReadonlySet<string> => {
  const found = new Set([entry])
  for (const path of found)
    if (sources.includes(path))
      for (const each of loadedWith(path, readFileSync(join(repository, path), 'utf8')))
        found.add(each)
  return found
}

describe('clients of services that a profile may not use', () => {
  const clients = ['drivers/kafka/kafkajs.ts', 'ioredis', 'minio', 'undici']
  clients.push('@qdrant/js-client-rest', '@kafkajs/confluent-schema-registry')
  for (const entry of ['cli/main.ts', 'cli/parquet-thread.ts', 'drivers/workers/pure-worker.ts'])
    it(`are not loaded with ${entry}`, () => {
      const loaded = loadedBy(entry)
      assert.ok(loaded.size > 5, 'the imports were followed')
      assert.deepEqual(
        clients.filter((client) => loaded.has(client)),
        [],
      )
    })

  it('are seen where they are', () => {
    assert.ok(loadedBy('drivers/kafka/kafka-record-log.ts').has('drivers/kafka/kafkajs.ts'))
    assert.ok(loadedBy('drivers/redis/redis-cache.ts').has('ioredis'))
  })
})
