import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after, before, describe, it } from 'mocha'
import { loadOrFail } from '../../../cli/load-config.ts'
import { openView } from '../../../cli/open-view.ts'
import type { ArchiveView } from '../../../cli/read/archive-view.ts'
import { lagOf } from '../../../cli/read/lag.ts'
import { runProgram } from '../../cli/run-program.ts'
import { exampleResults } from '../../end-to-end/example-results.ts'
import { resultsOf } from '../../end-to-end/results-of.ts'
import { runCli, startArgs, startCli, type Running } from '../../end-to-end/run-cli.ts'
import { kafka, schemaRegistry } from '../../services/services.ts'

const root = new URL('../../../../', import.meta.url)
const archive = fileURLToPath(new URL('examples/archive', root))
const golden = new URL('test/goldens/example-archive.json', root)

interface Check {
  readonly check: string
  readonly ok: boolean
  readonly message: string
}

describe('the pipeline on Kafka and a schema registry', function () {
  this.timeout(120_000)
  const prefix = `${randomUUID().slice(0, 8)}.`
  let folder: string
  let settings: readonly (readonly [string, unknown])[]

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-streams-on-kafka-'))
    const [{ address }, registry] = await Promise.all([kafka('kafka-4.3.1'), schemaRegistry()])
    settings = [
      ['dataDir', join(folder, 'on-kafka')],
      ['partitions', 4],
      ['kafka.brokers', [address.bootstrap]],
      ['kafka.prefix', prefix],
      ['kafka.heartbeatMs', 200],
      // Ranges that are not full are written after a moment, so that an end can be seen.
      ['parquet.maxAgeMs', 1_000],
      ['registry.url', registry.address],
      ['registry.prefix', prefix],
    ]
  })
  const started: Running[] = []
  after(async () => {
    for (const { child } of started) child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  const profile = (): readonly string[] => [
    '--profile',
    'kafka',
    ...settings.flatMap(([option, value]) => ['--set', `${option}=${JSON.stringify(value)}`]),
  ]
  const program = (...args: readonly string[]) => runProgram(args)
  const view = (): Promise<ArchiveView> =>
    openView(
      loadOrFail(
        'kafka',
        settings.map(([path, value]) => ({ flag: '--set', path, value })),
      ),
    )

  it('says what is missing before anything is made, and runs nothing', async () => {
    const checked = await program('topics', 'check', ...profile())
    assert.equal(checked.code, 1)
    assert.match(
      checked.out,
      /create {5}\S+archive\.documents: 4 partitions, cleanup\.policy=delete, retention\.ms=604800000/,
    )
    assert.match(
      checked.out,
      /create {5}\S+\.prepare\.state: 4 partitions, cleanup\.policy=compact/,
    )
    assert.match(checked.out, /register {3}\S+document-event/)
    const ran = await program('run', ...profile())
    assert.equal(ran.code, 69)
    assert.match(ran.err, /there is no topic .*run "archive-streams topics apply"/)
    const seen = await program('doctor', '--json', ...profile())
    const checks = (JSON.parse(seen.out) as { readonly checks: readonly Check[] }).checks
    assert.deepEqual(
      checks.filter(({ ok }) => !ok).map(({ check }) => check),
      ['topics'],
    )
  })

  it('makes topics and schemas by command, once', async () => {
    const applied = await program('topics', 'apply', ...profile())
    assert.equal(applied.code, 0, applied.err)
    const again = await program('topics', 'check', ...profile())
    assert.equal(again.code, 0, again.out)
    assert.match(again.out, /topics and schemas are as the topology needs them/)
    assert.equal((await program('doctor', ...profile())).code, 0)
  })

  it('mends settings, and refuses another partition count', async () => {
    const other = [...profile(), '--set', 'kafka.retentionMs=86400000']
    const planned = await program('topics', 'check', ...other)
    assert.match(
      planned.out,
      /configure {2}\S+archive\.chunks: retention\.ms 604800000 to 86400000/,
    )
    assert.equal((await program('topics', 'apply', ...other)).code, 0)
    assert.equal((await program('topics', 'check', ...other)).code, 0)
    assert.equal((await program('topics', 'apply', ...profile())).code, 0)
    const wrong = await program('topics', 'apply', ...profile(), '--set', 'partitions=5')
    assert.equal(wrong.code, 1)
    assert.match(wrong.out, /WRONG {6}\S+archive\.documents: 4 partitions, not 5; keys would move/)
  })

  it('comes to the results of the embedded default', async () => {
    const running = startCli('run', '--source', archive, ...profile())
    started.push(running)
    const watching = await view()
    const drained = async (): Promise<boolean> => {
      const lags = await Promise.all(
        watching.topology.subTopologies.map((part) => lagOf(watching.log, watching.topology, part)),
      )
      const prepared = lags.flat().find(({ subTopology }) => subTopology === 'prepare')
      return (prepared?.committed ?? 0) > 0 && lags.flat().every(({ lag }) => lag === 0)
    }
    const deadline = Date.now() + 60_000
    while (!(await drained()) && Date.now() < deadline && running.child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 200))
    await watching.close()
    assert.ok(Date.now() < deadline, `not done: ${running.err()}`)
    running.child.kill('SIGTERM')
    const ended = await running.ended
    assert.equal(ended.code, 0, ended.err)

    assert.deepEqual(await exampleResults(view), JSON.parse(await readFile(golden, 'utf8')))

    const embedded = join(folder, 'embedded')
    const straight = await runCli(...startArgs(archive, embedded))
    assert.equal(straight.code, 0, straight.err)
    assert.deepEqual(await resultsOf(join(folder, 'on-kafka'), view), await resultsOf(embedded))
  })

  it('finds on Kafka that a second publishing brings nothing new', async () => {
    const published = await program('publish', archive, ...profile())
    assert.equal(published.code, 0, published.err)
    const started = await runCli('start', '--json', '--source', archive, ...profile())
    assert.equal(started.code, 0, started.err)
    assert.deepEqual(await exampleResults(view), JSON.parse(await readFile(golden, 'utf8')))
  })
})
