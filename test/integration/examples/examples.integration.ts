import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { after, before, describe, it } from 'mocha'
import { documentIdFor } from '../../../cli/document-id-for.ts'
import { loadOrFail } from '../../../cli/load-config.ts'
import { openView } from '../../../cli/open-view.ts'
import type { ArchiveView } from '../../../cli/read/archive-view.ts'
import type { DocumentEvent, LedgerEntry } from '../../../schemas/generated/types.ts'
import { runProgram } from '../../cli/run-program.ts'
import { recordsOf } from '../../end-to-end/open-data.ts'
import { startCli, type Running } from '../../end-to-end/run-cli.ts'
import { download } from '../../services/download.ts'
import { javaPublisher } from '../../services/pins.ts'
import { pythonWith } from '../../services/python.ts'
import { kafka, schemaRegistry } from '../../services/services.ts'
import { until } from '../kafka/an-engine-on-kafka.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../../', import.meta.url))
const compiled = (path: string): string => join(root, 'dist', 'examples', path)

type Publish = (files: readonly string[]) => Promise<string>

describe('the examples of publishing and subscribing', function () {
  this.timeout(120_000)
  let folder: string
  let env: NodeJS.ProcessEnv
  let settings: readonly (readonly [string, unknown])[]
  const started: Running[] = []

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-streams-examples-'))
    await mkdir(join(folder, 'source'))
    for (const name of [...languages, shared])
      await writeFile(fileOf(name), `The ferry ${name} leaves at seven from the northern pier.`)
    const [{ address }, registry] = await Promise.all([kafka('kafka-4.3.1'), schemaRegistry()])
    env = { ...process.env, KAFKA_BROKERS: address.bootstrap, REGISTRY_URL: registry.address }
    settings = [
      ['dataDir', join(folder, 'data')],
      ['partitions', 2],
      ['kafka.brokers', [address.bootstrap]],
      ['kafka.heartbeatMs', 200],
      ['registry.url', registry.address],
    ]
    const applied = await runProgram(['topics', 'apply', ...profile()])
    assert.equal(applied.code, 0, `${applied.out}${applied.err}`)
  })
  after(async () => {
    for (const { child } of started) child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  const profile = (): readonly string[] => [
    '--profile',
    'kafka',
    ...settings.flatMap(([option, value]) => ['--set', `${option}=${JSON.stringify(value)}`]),
  ]
  const view = (): Promise<ArchiveView> =>
    openView(
      loadOrFail(
        'kafka',
        settings.map(([path, value]) => ({ flag: '--set', path, value })),
      ),
    )

  const fileOf = (name: string): string => join(folder, 'source', `${name}.txt`)
  const languages = ['typescript', 'python', 'java'] as const
  /** Holds what languages write differently in URIs. */
  const shared = `für alle (it's) [1]!~*+,;:=@$&#%2F^{}|"<>?`

  const publishers: Readonly<Record<(typeof languages)[number], Publish>> = {
    typescript: async (files) =>
      (await run(process.execPath, [compiled('publish/typescript/publish.js'), ...files], { env }))
        .stdout,
    python: async (files) => {
      const here = join(root, 'examples', 'publish', 'python')
      const python = await pythonWith(join(here, 'requirements.txt'))
      return (await run(python, [join(here, 'publish.py'), ...files], { env })).stdout
    },
    java: async (files) => {
      const classPath = join(await download(javaPublisher), '*')
      const source = join(root, 'examples', 'publish', 'java', 'Publish.java')
      return (await run('java', ['-cp', classPath, source, ...files], { env })).stdout
    },
  }

  it('asks Maven for what the test downloads', async () => {
    const pom = await readFile(join(root, 'examples', 'publish', 'java', 'pom.xml'), 'utf8')
    const asked = [
      ...pom.matchAll(
        /<groupId>([^<]+)<\/groupId>\s*<artifactId>([^<]+)<\/artifactId>\s*<version>([^<]+)<\/version>\s*<\/dependency>/g,
      ),
    ].map(([, ...parts]) => parts.join(':'))
    assert.deepEqual(asked, javaPublisher.artefacts)
  })

  for (const language of languages)
    it(`publishes from ${language} under the id that the pipeline gives itself`, async () => {
      const files = [fileOf(language), fileOf(shared)]
      const said = await publishers[language](files)
      const ids = files.map((file) => documentIdFor(file, 'default'))
      assert.deepEqual(
        said
          .trim()
          .split('\n')
          .map((line) => line.split(' ')[0]),
        ids,
      )
    })

  it('gives events that the pipeline reads, of one key in one partition', async () => {
    const looking = await view()
    const events = await recordsOf<DocumentEvent>(looking, 'archive.documents')
    await looking.close()
    assert.equal(events.length, 6)
    const placed = new Map<string, Set<number>>()
    for (const { decoded, key, partition } of events) {
      assert.equal(decoded.producedBy.stage, 'my-archiver')
      assert.equal(decoded.operation, 'ARCHIVE')
      assert.equal(decoded.revisionKind, 'MODIFIED_TIME')
      assert.equal(Buffer.from(key).toString(), decoded.documentId)
      assert.ok((decoded.bytes ?? 0n) > 0n)
      placed.set(decoded.documentId, (placed.get(decoded.documentId) ?? new Set()).add(partition))
    }
    assert.equal(placed.size, 4)
    assert.ok([...placed.values()].every((partitions) => partitions.size === 1))
  })

  it('gives results to a subscriber, one per document', async () => {
    const pipeline = startCli(
      'run',
      '--no-publish',
      '--source',
      join(folder, 'source'),
      ...profile(),
    )
    started.push(pipeline)
    const subscriber = spawn(
      process.execPath,
      [compiled('subscribe/typescript/subscribe.js'), 'archive.summaries'],
      { env, stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const results: { documentId: string; text: string }[] = []
    createInterface({ input: subscriber.stdout }).on('line', (line) => {
      if (line.startsWith('{"tenantId"')) results.push(JSON.parse(line) as (typeof results)[number])
    })
    try {
      await until(() => {
        assert.equal(pipeline.child.exitCode, null, pipeline.err())
        return new Set(results.map(({ documentId }) => documentId)).size === 4
      })
    } finally {
      subscriber.kill('SIGTERM')
      pipeline.child.kill('SIGTERM')
    }
    assert.equal((await pipeline.ended).code, 0)
    if (subscriber.exitCode === null) await once(subscriber, 'exit')
    assert.ok(results.every(({ text }) => text.includes('leaves at seven')))
    const looking = await view()
    const ledger = await recordsOf<LedgerEntry>(looking, 'archive.ledger')
    await looking.close()
    const prepared = ledger
      .map(({ decoded }) => decoded)
      .filter(({ subTopology }) => subTopology === 'prepare')
    assert.equal(prepared.filter(({ outcome }) => outcome === 'FORWARDED').length, 4)
    assert.deepEqual(
      prepared.filter(({ outcome }) => outcome !== 'FORWARDED').map(({ reason }) => reason),
      ['replay', 'replay'],
    )
    assert.equal(results.length, 4)
  })
})
