import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { after, before, describe, it } from 'mocha'
import { documentIdFor } from '../../../cli/document-id-for.ts'
import type { JobReport } from '../../../cli/job/report.ts'
import { loadOrFail } from '../../../cli/load-config.ts'
import { openSources } from '../../../cli/open-stores.ts'
import { openView } from '../../../cli/open-view.ts'
import { createS3ObjectStore } from '../../../drivers/s3/s3-object-store.ts'
import { asUri } from '../../../schemas/brands.ts'
import { createFetch } from '../../../processors/fetch/fetch.ts'
import { defaultFetchOptions } from '../../../processors/fetch/options.ts'
import { s3ObjectOptionsOf } from '../../../cli/service-options.ts'
import { runProgram } from '../../cli/run-program.ts'
import { exampleResults } from '../../end-to-end/example-results.ts'
import { runCli, startArgs } from '../../end-to-end/run-cli.ts'
import { makeBucket, s3Names } from '../../services/s3.ts'
import { objectStore } from '../../services/services.ts'

const root = new URL('../../../../', import.meta.url)
const archive = fileURLToPath(new URL('examples/archive', root))
const golden = new URL('test/goldens/example-archive.json', root)
const variables = [
  'ARCHIVE_STREAMS_S3__CREDENTIALS__ACCESS_KEY',
  'ARCHIVE_STREAMS_S3__CREDENTIALS__SECRET_KEY',
] as const

for (const name of s3Names)
  describe(`the pipeline with its objects on real ${name}`, function () {
    this.timeout(120_000)
    const bucket = `archive-${randomUUID().slice(0, 8)}`
    let dataDir: string
    let settings: readonly (readonly [string, unknown])[]

    before(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'archive-streams-on-s3-'))
      const { address } = await objectStore(name)
      await makeBucket(address, bucket)
      const [access, secret] = variables
      process.env[access] = address.accessKey
      process.env[secret] = address.secretKey
      settings = [
        ['drivers.objects', 's3'],
        ['s3.endpoint', address.endpoint],
        ['s3.bucket', bucket],
        ['s3.sources', [`s3://${bucket}/archive-streams/parquet`]],
      ]
    })
    after(async () => {
      for (const variable of variables) delete process.env[variable]
      await rm(dataDir, { recursive: true, force: true })
    })

    const flags = () =>
      settings.flatMap(([path, value]) => ['--set', `${path}=${JSON.stringify(value)}`])
    const config = () =>
      loadOrFail('embedded', [
        { flag: '--data-dir', path: 'dataDir', value: dataDir },
        ...settings.map(([path, value]) => ({ flag: '--set', path, value })),
      ])
    const program = (...args: readonly string[]) =>
      runProgram([...args.slice(0, 1), '--data-dir', dataDir, ...flags(), ...args.slice(1)])

    it('is found fit by doctor', async function () {
      // Once is enough: what doctor asks is in the tests of the store itself.
      if (name !== 'minio') this.skip()
      const seen = await program('doctor')
      assert.equal(seen.code, 0, seen.out)
      assert.match(
        seen.out,
        /object store: s3:\/\/archive-\w+\/archive-streams\/ at \S+; conditional writes are heeded/,
      )
    })

    it('says at the start that the bucket is missing, and leaves the data folder free', async function () {
      if (name !== 'minio') this.skip()
      const ended = await runCli(
        ...startArgs(archive, dataDir),
        ...flags(),
        '--set',
        's3.bucket="nowhere"',
      )
      assert.equal(ended.code, 69, ended.err)
      assert.match(ended.err, /bucket nowhere at \S+: there is no such bucket; make it/)
      const seen = await program('doctor', '--set', 's3.bucket="nowhere"')
      assert.equal(seen.code, 1)
      assert.match(seen.out, /WRONG {2}object store: .*no such bucket/)
    })

    it('comes to the same results as with a folder', async () => {
      const ended = await runCli(...startArgs(archive, dataDir), ...flags())
      assert.equal(ended.code, 0, ended.err)
      const report = JSON.parse(ended.out) as JobReport
      assert.equal(report.outputs.parquet, `s3://${bucket}/archive-streams/parquet`)
      const results = await exampleResults(() => openView(config()))
      assert.deepEqual(results, JSON.parse(await readFile(golden, 'utf8')))
    })

    it('shows and finds what is there, and reads it as a source', async () => {
      const found = await program('search', 'meeting', '--json')
      assert.equal(found.code, 0, found.err)
      const store = await createS3ObjectStore({ ...s3ObjectOptionsOf(config()), readOnly: true })
      const first = (await store.list('parquet/')[Symbol.asyncIterator]().next()).value
      assert.ok(first)
      const sources = await openSources(config())
      const fetch = createFetch(defaultFetchOptions)
      const fetched = await fetch({ uri: first.uri }, sources)
      assert.ok(fetched.kind === 'fetched', JSON.stringify([fetched, first]))
      assert.equal(fetched.content.length, first.bytes)
      const refused = await fetch({ uri: asUri(`s3://${bucket}/other/x`) }, sources)
      assert.equal(refused.kind === 'refused' && refused.code, 'uri-not-allowed')
      await sources.close()
      await store.close()
    })

    it('erases a document, out of Parquet files too', async function () {
      // Once is enough here, too: the contract has shown both stores to replace what has not changed.
      if (name !== 'versitygw') this.skip()
      const letter = join(archive, 'mail', 'company-van.eml')
      const id = documentIdFor(letter, 'default')
      const view = await openView(config())
      const namesOf = async (): Promise<readonly string[]> => {
        const names: string[] = []
        for await (const each of view.objects.list('')) names.push(each.name)
        return names
      }
      const rowsOf = async (copy: string): Promise<number> => {
        for await (const each of view.objects.list('parquet/documents/')) {
          const file = join(dataDir, copy, each.name)
          await mkdir(dirname(file), { recursive: true })
          await writeFile(file, (await view.objects.get(each.uri)) ?? '')
        }
        const instance = await DuckDBInstance.create(':memory:')
        const connection = await instance.connect()
        const files = join(dataDir, copy, '**', '*.parquet')
        const reader = await connection.runAndReadAll(
          `SELECT count(*)::INTEGER FROM read_parquet('${files}') WHERE document_id = '${id}'`,
        )
        connection.closeSync()
        return Number(reader.getRows()[0]?.[0])
      }
      try {
        assert.ok((await namesOf()).some((each) => each.includes(id)))
        assert.equal(await rowsOf('before'), 1)
        const where = ['--data-dir', dataDir, ...flags()]
        const erased = await runCli('publish', '--erase', letter, ...where)
        assert.equal(erased.code, 0, erased.err)
        const empty = join(dataDir, 'nothing')
        await mkdir(empty)
        const ended = await runCli(...startArgs(empty, dataDir), ...flags())
        assert.equal(ended.code, 0, ended.err)
        assert.deepEqual(
          (await namesOf()).filter((each) => each.includes(id) && !each.includes('erased')),
          [],
        )
        assert.equal(await rowsOf('after'), 0)
      } finally {
        await view.close()
      }
    })
  })
