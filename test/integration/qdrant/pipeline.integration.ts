import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { after, before, describe, it } from 'mocha'
import { documentIdFor } from '../../../cli/document-id-for.ts'
import { loadOrFail } from '../../../cli/load-config.ts'
import { openView } from '../../../cli/open-view.ts'
import { runProgram } from '../../cli/run-program.ts'
import { exampleResults } from '../../end-to-end/example-results.ts'
import { runCli, startArgs } from '../../end-to-end/run-cli.ts'
import { freePorts } from '../../services/free-ports.ts'
import { pythonWith } from '../../services/python.ts'
import { vectorEngine } from '../../services/services.ts'
import { startVectorEngine } from '../../services/vector-engine.ts'
import { clientOf, removeAll } from './open-index.ts'

const run = promisify(execFile)
const root = new URL('../../../../', import.meta.url)
const archive = fileURLToPath(new URL('examples/archive', root))
const golden = new URL('test/goldens/example-archive.json', root)
const apiKey = 'ARCHIVE_STREAMS_QDRANT__CREDENTIALS__API_KEY'

describe('the pipeline with its vectors in Qdrant', function () {
  this.timeout(120_000)
  const prefix = `archive-${randomUUID().slice(0, 8)}`
  let dataDir: string
  let url: string
  let settings: readonly (readonly [string, unknown])[]

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'archive-streams-on-qdrant-'))
    url = (await vectorEngine()).address
    settings = [
      ['drivers.vectors', 'qdrant'],
      ['qdrant.url', url],
      ['qdrant.prefix', prefix],
    ]
  })
  after(async () => {
    await removeAll(url, prefix)
    await rm(dataDir, { recursive: true, force: true })
  })

  const flags = () =>
    settings.flatMap(([path, value]) => ['--set', `${path}=${JSON.stringify(value)}`])
  const config = () =>
    loadOrFail('embedded', [
      { flag: '--data-dir', path: 'dataDir', value: dataDir },
      ...settings.map(([path, value]) => ({ flag: '--set', path, value })),
    ])
  const program = (command: string, ...args: readonly string[]) =>
    runProgram([...command.split(' '), '--data-dir', dataDir, ...flags(), ...args])

  it('is found fit by doctor, which makes nothing', async () => {
    const seen = await program('doctor')
    assert.equal(seen.code, 0, seen.out)
    assert.match(seen.out, /vector index: Qdrant at \S+: no collection for embed-hash 1 yet/)
    const { collections } = await clientOf(url).getCollections()
    assert.ok(!collections.some(({ name }) => name.startsWith(prefix)))
  })

  it('comes to the same results as with the embedded index', async () => {
    const ended = await runCli(...startArgs(archive, dataDir), ...flags())
    assert.equal(ended.code, 0, ended.err)
    const results = await exampleResults(() => openView(config()))
    assert.deepEqual(results, JSON.parse(await readFile(golden, 'utf8')))
  })

  it('is searched through the alias', async () => {
    const found = await program('search', 'delayed shipment', '--json')
    assert.equal(found.code, 0, found.err)
    const { hits } = JSON.parse(found.out) as { readonly hits: readonly unknown[] }
    assert.equal(hits.length, 10)
    const seen = await program('doctor')
    assert.match(seen.out, /vector index: .*embed-hash\.1\.g1 with about \d+ points\n/)
  })

  it('is read by the examples in Python and TypeScript alike, through the alias for searchers', async () => {
    const document = documentIdFor(join(archive, 'mail/recall-1-stop-shipping.eml'), 'default')
    const folder = join(fileURLToPath(root), 'examples', 'search')
    const env = { ...process.env, QDRANT_URL: url, COLLECTION: prefix }
    const args = ['default', document, '3']
    const script = join(fileURLToPath(root), 'dist', 'examples', 'search/typescript/similar.js')
    const python = await pythonWith(join(folder, 'python', 'requirements.txt'))
    const said = await Promise.all([
      run(process.execPath, [script, ...args], { env }),
      run(python, [join(folder, 'python', 'similar.py'), ...args], { env }),
    ])
    const [typescript, py] = said.map(({ stdout }) =>
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { readonly documentId: string; readonly score: number }),
    )
    assert.deepEqual(py, typescript)
    assert.equal(typescript?.length, 3)
    assert.ok(typescript.every((each) => each.documentId !== document && each.score > 0))
  })

  it('is rebuilt into another collection, from the topic and from the points, and searched as before', async () => {
    const hits = async () => JSON.parse((await program('search', 'delayed shipment', '--json')).out)
    const before = await hits()
    const targets = async () => {
      const { aliases } = await clientOf(url).getAliases()
      const ours = aliases.filter(({ alias_name: name }) => name.startsWith(prefix))
      return new Set(ours.map(({ collection_name }) => collection_name))
    }
    for (const [from, generation] of [
      ['topic', 2],
      ['index', 3],
    ] as const) {
      const said = await program('vectors rebuild', '--from', from, '--json')
      assert.equal(said.code, 0, said.err)
      const target = `${prefix}.embed-hash.1.g${generation}`
      assert.deepEqual(await targets(), new Set([target]))
      const { collections } = await clientOf(url).getCollections()
      const ours = collections.map(({ name }) => name).filter((name) => name.startsWith(prefix))
      assert.deepEqual(ours.toSorted(), [target, `${prefix}.heads`])
      assert.deepEqual(await hits(), before)
    }
  })

  it('shows what has nothing to do with vectors while Qdrant is away', async () => {
    const [port = 0] = await freePorts(1)
    const away = ['--set', `qdrant.url="http://127.0.0.1:${port}"`]
    assert.equal((await program('status', ...away)).code, 0)
    const searched = await program('search', 'shipment', ...away)
    assert.equal(searched.code, 69)
    assert.match(searched.err, /Qdrant at http:\/\/127\.0\.0\.1:\d+: it does not answer/)
  })

  it('asks for the right API key at the start, and takes it from the environment', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'archive-streams-guarded-'))
    const guarded = await startVectorEngine(folder, 'parent', 'the-right-key')
    const doctor = () => program('doctor', '--set', `qdrant.url="${guarded.url}"`)
    try {
      const without = await doctor()
      assert.match(without.out, /WRONG {2}vector index: .*the API key is wrong/)
      process.env[apiKey] = 'the-right-key'
      assert.equal((await doctor()).code, 0)
    } finally {
      delete process.env[apiKey]
      await guarded.stop()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
