import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after, before, describe, it } from 'mocha'
import type { JobReport } from '../../../cli/job/report.ts'
import { loadOrFail } from '../../../cli/load-config.ts'
import { openView } from '../../../cli/open-view.ts'
import { createTritonModelServer } from '../../../drivers/triton/triton-model-server.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import { systemRandom } from '../../../drivers/system/system-random.ts'
import type { EmbeddingSet, ModelUsage } from '../../../schemas/generated/types.ts'
import { recordsOf } from '../../end-to-end/open-data.ts'
import { freePorts } from '../../services/free-ports.ts'
import { triton } from '../../services/services.ts'
import { startTriton } from '../../services/triton.ts'
import { runProgram } from '../../cli/run-program.ts'
import { exampleResults } from '../../end-to-end/example-results.ts'
import { runCli, startArgs } from '../../end-to-end/run-cli.ts'

const root = new URL('../../../../', import.meta.url)
const archive = fileURLToPath(new URL('examples/archive', root))
const golden = new URL('test/goldens/example-archive.json', root)

describe('the pipeline with its models on a real Triton', function () {
  this.timeout(120_000)
  let dataDir: string
  let url: string
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'archive-streams-on-triton-'))
    url = (await triton()).address
  })
  after(() => rm(dataDir, { recursive: true, force: true }))

  const flags = (at = url) => [
    '--set',
    'drivers.models=triton',
    '--set',
    `triton.endpoints=${JSON.stringify([at])}`,
  ]
  const program = (...args: readonly string[]) =>
    runProgram([...args, '--data-dir', dataDir, ...flags()])

  const statistics = async (...models: readonly string[]) => {
    const server = createTritonModelServer(
      { endpoints: [url], headers: {}, tls: {}, models, differences: () => [] },
      { clock: systemClock, random: systemRandom },
    )
    try {
      await server.models()
      const loads = models.map(async (name) => [name, await server.load?.(name, '1')] as const)
      return new Map(await Promise.all(loads))
    } finally {
      await server.close()
    }
  }

  it('is found fit by doctor, and by models check', async () => {
    const seen = await program('doctor')
    assert.equal(seen.code, 0, seen.out)
    assert.match(seen.out, /models: embed-hash@1, .* at http:/)
    const checked = await program('models', 'check')
    assert.equal(checked.code, 0, checked.out)
    const listed = await program('models', 'ls')
    assert.match(listed.out, /fault@1 .* no card/)
  })

  it('is not started without its server, and leaves the data folder free', async () => {
    const [port = 0] = await freePorts(1)
    const away = await runCli(...startArgs(archive, dataDir), ...flags(`http://127.0.0.1:${port}`))
    assert.equal(away.code, 69, away.err)
    assert.match(away.err, /cannot be reached \(ECONNREFUSED\)/)
  })

  it('comes to the same results as with the embedded models', async () => {
    const ended = await runCli(...startArgs(archive, dataDir), ...flags())
    assert.equal(ended.code, 0, ended.err)
    const report = JSON.parse(ended.out) as JobReport
    assert.ok(report.outputs.parquet)
    const config = loadOrFail('embedded', [{ flag: '--data-dir', path: 'dataDir', value: dataDir }])
    const results = await exampleResults(() => openView(config))
    assert.deepEqual(results, JSON.parse(await readFile(golden, 'utf8')))
  })

  it('counts in its records the items, requests and computing that the server counts', async () => {
    const data = join(dataDir, 'counted')
    const before = await statistics('embed-hash', 'classify-spam')
    const prices = [{ model: 'embed-hash', perGpuSecond: 2 }]
    const priced = ['--set', `prices.models=${JSON.stringify(prices)}`]
    const ended = await runCli(...startArgs(archive, data), ...flags(), ...priced)
    assert.equal(ended.code, 0, ended.err)
    const after = await statistics('embed-hash', 'classify-spam')
    const config = loadOrFail('embedded', [{ flag: '--data-dir', path: 'dataDir', value: data }])
    const view = await openView(config)
    try {
      const sets = await recordsOf<EmbeddingSet>(view, 'archive.embeddings')
      const sum = (name: keyof ModelUsage) =>
        sets.reduce((all, { decoded }) => all + (decoded.usage?.[name] ?? 0), 0)
      const [was, is] = [before.get('embed-hash')!, after.get('embed-hash')!]
      assert.ok(sum('items') > 60)
      assert.equal(sum('items'), is.items - was.items)
      // Triton may put several requests into one execution, never one into several.
      assert.ok(sum('requests') >= is.executions - was.executions && sum('requests') > 0)
      const vectors = sets.reduce((all, { decoded }) => all + decoded.vectors.length, 0)
      assert.equal(sum('items') + sum('cachedItems'), vectors)
      assert.ok(sum('tokens') > 0 && sum('paddedTokens') >= sum('tokens'))
      const busy = (is.busyMs - was.busyMs) / 1_000
      const near = (seconds: number): void =>
        assert.ok(Math.abs(seconds - busy) < busy / 100, `${seconds} of ${busy} s`)
      near(sum('computeSeconds'))
      near(sum('cost') / 2)
      const report = JSON.parse(ended.out) as JobReport
      const embedded = report.models.find(({ subTopology }) => subTopology === 'embed')!
      near(embedded.computeSeconds)
      near(embedded.cost / 2)
      assert.equal(embedded.items, sum('items'))
    } finally {
      await view.close()
    }
  })

  it('comes to the same results when the server is killed and comes back, and when it freezes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'archive-streams-broken-triton-'))
    const native = await startTriton(join(folder, 'triton'), 'parent')
    try {
      const asked = async (): Promise<number> => {
        const answer = await fetch(`${native.url}/v2/models/classify-spam/stats`)
        const { model_stats } = (await answer.json()) as {
          model_stats: { execution_count: number }[]
        }
        return model_stats[0]?.execution_count ?? 0
      }
      const until = async (wanted: number): Promise<void> => {
        while ((await asked()) < wanted) await new Promise((resolve) => setTimeout(resolve, 20))
      }
      const data = join(folder, 'data')
      const small = ['--set', 'batching.maxBatchItems=2', '--set', 'triton.timeoutMs=1000']
      const where = [...flags(native.url), ...small, '--set', 'triton.connectTimeoutMs=500']
      const running = runCli(...startArgs(archive, data), ...where)
      await until(2)
      await native.kill()
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      await native.restart()
      await until(2)
      await native.freeze()
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      native.thaw()
      const ended = await running
      assert.equal(ended.code, 0, ended.err)
      const config = loadOrFail('embedded', [{ flag: '--data-dir', path: 'dataDir', value: data }])
      const results = await exampleResults(() => openView(config))
      assert.deepEqual(results, JSON.parse(await readFile(golden, 'utf8')))
    } finally {
      await native.stop()
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('finds by vectors of the server', async () => {
    const found = await program('search', 'meeting', '--json')
    assert.equal(found.code, 0, found.err)
    const embedded = await runProgram(['search', 'meeting', '--json', '--data-dir', dataDir])
    assert.equal(found.out, embedded.out)
  })
})
