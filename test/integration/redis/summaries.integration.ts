import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, before, beforeEach, describe, it } from 'mocha'
import type { Redis } from 'ioredis'
import { startRedis, type NativeRedis } from '../../services/redis.ts'
import { redis } from '../../services/services.ts'
import { runCli } from '../../end-to-end/run-cli.ts'
import { plainClient } from './open-redis-cache.ts'

const archive = new URL(
  import.meta.url.includes('/dist/') ? '../../../../examples/archive' : '../../../examples/archive',
  import.meta.url,
).pathname
const sources = ['mail/invoice.eml', 'mail/incident.eml', 'mail/praise.eml']

describe('summaries in Redis', function () {
  this.timeout(180_000)
  let folder: string
  let native: NativeRedis
  let client: Redis

  const cli = (...args: readonly string[]) =>
    runCli(...args, '--data-dir', join(folder, 'data'), '--profile', join(folder, 'mine.yaml'))
  const start = (...files: readonly string[]) =>
    cli('start', ...files.flatMap((file) => ['--source', join(archive, file)]))
  const cached = async (): Promise<number> => (await client.keys('as:summary:*')).length

  before(() => redis())
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'archive-streams-redis-'))
    native = await startRedis(join(folder, 'redis'), 'parent')
    client = plainClient(native.url)
    client.on('error', () => undefined)
    const profile = `drivers: { cache: redis }
redis: { url: '${native.url}', prefix: 'as:', timeoutMs: 5000, connectTimeoutMs: 2000 }
summaries: { ttlMs: 600000 }
parse: { language: false }
`
    writeFileSync(join(folder, 'mine.yaml'), profile)
  })
  afterEach(async () => {
    client.disconnect()
    await native.kill()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  it('are set by a job, and read by document', async () => {
    assert.equal((await start(...sources)).code, 0)
    assert.equal(await cached(), sources.length)
    const found = await cli('summaries', 'show', join(archive, sources[0]!), '--json')
    const { from, text } = JSON.parse(found.out) as { from: string; text: string }
    assert.equal(from, 'cache')
    assert.ok(text.length > 0)
    const doctor = await cli('doctor')
    assert.match(doctor.out, /ok {5}cache: version 7/)
  })

  it('hold no job up while it is away, and are there after a rebuild', async () => {
    await native.kill()
    const job = await start(...sources)
    assert.equal(job.code, 0, job.err)
    const found = await cli('summaries', 'show', join(archive, sources[0]!))
    assert.match(found.out, /from the objects/)
    const refused = await cli('summaries', 'rebuild')
    assert.equal(refused.code, 69)
    assert.match((await cli('doctor')).out, /WRONG {2}cache: Redis at .*: it is away/)
    await native.restart()
    assert.equal((await cli('summaries', 'rebuild')).code, 0)
    assert.equal(await cached(), sources.length)
  })

  for (const [what, set, unset] of [
    ['full', ['maxmemory', '1'], ['maxmemory', '0']],
    ['read-only', ['min-replicas-to-write', '1'], ['min-replicas-to-write', '0']],
  ] as const)
    it(`hold no job up while it is ${what}, and are there after a rebuild`, async () => {
      await client.config('SET', ...set)
      const job = await start(...sources)
      assert.equal(job.code, 0, job.err)
      assert.equal(await cached(), 0)
      await client.config('SET', ...unset)
      assert.equal((await cli('summaries', 'rebuild')).code, 0)
      assert.equal(await cached(), sources.length)
    })

  it('go with an erasure, also where memory is full', async () => {
    assert.equal((await start(...sources)).code, 0)
    await client.config('SET', 'maxmemory', '1')
    const erased = await cli('publish', '--erase', join(archive, sources[0]!))
    assert.equal(erased.code, 0, erased.err)
    assert.equal((await cli('start')).code, 0)
    const values = await Promise.all(
      (await client.keys('as:summary:*')).map((key) => client.getrange(key, 20, 20)),
    )
    assert.deepEqual(values.sort(), ['+', '+', '-'])
    const found = await cli('summaries', 'show', join(archive, sources[0]!))
    assert.equal(found.code, 1)
  })
})
