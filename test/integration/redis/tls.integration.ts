import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { lookAtRedis } from '../../../drivers/redis/look-at-redis.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { hasOpenssl, keyOf, makeCertificate } from '../../services/certificate.ts'
import { freePorts } from '../../services/free-ports.ts'
import { startRedis, type NativeRedis } from '../../services/redis.ts'
import { redis } from '../../services/services.ts'
import { openRedisCache } from './open-redis-cache.ts'

const password = 'right-one'

describe('a real Redis over TLS', () => {
  let folder: string
  let ca: string
  let url: string
  let native: NativeRedis

  before(async function () {
    // Redis wants the key as PEM, which Java's tool does not write.
    if (!(await hasOpenssl())) this.skip()
    await redis()
    folder = await mkdtemp(join(tmpdir(), 'archive-streams-redis-tls-'))
    const [store, certificate, key] = ['redis.p12', 'redis.pem', 'redis.key'].map((name) =>
      join(folder, name),
    ) as [string, string, string]
    ca = await makeCertificate(store)
    await writeFile(certificate, ca)
    await writeFile(key, await keyOf(store))
    const [port = 0] = await freePorts(1)
    url = `rediss://127.0.0.1:${port}`
    // The plain port stays open: it tells when the server is there.
    const hosts = ['--bind', '127.0.0.1', '127.0.0.2']
    const tls = ['--tls-port', String(port), '--tls-auth-clients', 'no']
    const pem = ['--tls-cert-file', certificate, '--tls-key-file', key]
    native = await startRedis(folder, 'parent', [
      ...hosts,
      ...tls,
      ...pem,
      '--requirepass',
      password,
    ])
  })
  after(async () => {
    await native?.kill()
    if (folder) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  it('keeps what it is given, newest first, where the authority is trusted', async () => {
    const cache = await openRedisCache(url, { ca, password })
    assert.equal(await cache.setIfNewer({ key: 'a', value: Buffer.from('two') }, 2n), true)
    assert.equal(await cache.setIfNewer({ key: 'a', value: Buffer.from('one') }, 1n), false)
    const [value] = await cache.getMany(['a'])
    assert.equal(Buffer.from(value ?? []).toString(), 'two')
    await cache.close()
  })

  it('is found again by itself after it was killed', async () => {
    const cache = await openRedisCache(url, { ca, password })
    await native.restart()
    const deadline = performance.now() + 10_000
    for (;;) {
      const answer = await cache.getMany(['a']).catch(() => undefined)
      if (answer) break
      assert.ok(performance.now() < deadline, 'not within 10 s')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await cache.close()
  })

  const look = (changes: { readonly ca?: string; readonly url?: string }) =>
    lookAtRedis({ url, password, connectTimeoutMs: 2_000, timeoutMs: 2_000, ...changes }, 'p:')

  it('is looked at, and says that its certificate is not trusted where it is not', async () => {
    assert.equal((await look({ ca })).role, 'master')
    await assert.rejects(
      look({}),
      (error) =>
        error instanceof Fault &&
        error.kind === 'dependency-down' &&
        /its certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\); correct redis\.caFile/.test(
          error.message,
        ),
    )
  })

  it('is not taken for another host that has a certificate of the same authority', async () => {
    // The certificate is for 127.0.0.1 and localhost.
    const elsewhere = url.replace('127.0.0.1', '127.0.0.2')
    await assert.rejects(
      look({ ca, url: elsewhere }),
      (error) =>
        error instanceof Fault &&
        /not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)/.test(error.message),
    )
  })
})
