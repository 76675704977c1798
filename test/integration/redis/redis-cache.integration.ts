import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, before, beforeEach, describe, it } from 'mocha'
import { lookAtRedis } from '../../../drivers/redis/look-at-redis.ts'
import { Fault } from '../../../topology/model/failure.ts'
import type { Cache } from '../../../topology/ports/cache.ts'
import { describeCache } from '../../contracts/cache.contract.ts'
import { freePorts } from '../../services/free-ports.ts'
import { startRedis, type NativeRedis } from '../../services/redis.ts'
import { redis } from '../../services/services.ts'
import { letTimePass, openRedisCache, plainClient } from './open-redis-cache.ts'

describeCache('Redis', async () => {
  const { address } = await redis()
  const prefix = `contract-${process.pid}:`
  const cache = await openRedisCache(address, { prefix })
  const client = plainClient(address)
  return {
    cache,
    pass: (ms) => letTimePass(client, prefix, ms),
    destroy: async () => {
      await cache.close()
      const keys = await client.keys(`${prefix}*`)
      if (keys.length > 0) await client.del(keys)
      client.disconnect()
    },
  }
})

const entry = (key: string, text: string) => ({ key, value: Buffer.from(text) })

/** A refusal of the port, as callers see it. */
const down = (pattern: RegExp) => (error: unknown) =>
  error instanceof Fault && error.kind === 'dependency-down' && pattern.test(error.message)

const until = async (done: () => Promise<boolean>, limitMs = 30_000): Promise<void> => {
  const deadline = performance.now() + limitMs
  while (!(await done())) {
    if (performance.now() > deadline) assert.fail(`not within ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const answers = (cache: Cache): Promise<boolean> =>
  cache.getMany(['x']).then(
    () => true,
    () => false,
  )

/** Longer than a busy machine stops, as it is up only where a server says nothing. */
const timeoutMs = 3_000

describe('the cache on a Redis that has bad luck', () => {
  let folder: string
  let native: NativeRedis
  let cache: Cache
  let notices: string[]

  const open = async (...more: readonly string[]): Promise<void> => {
    native = await startRedis(folder, 'parent', more)
    cache = await openRedisCache(native.url, {
      timeoutMs,
      notice: (message) => void notices.push(message),
    })
  }

  before(() => redis())
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'archive-streams-redis-'))
    notices = []
  })
  afterEach(async () => {
    await cache.close()
    await native.kill()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  it('fails at once while it is killed, and goes on by itself when it is back', async () => {
    await open()
    await cache.setIfNewer(entry('a', 'kept'), 1n)
    await native.kill()
    await until(async () => !(await answers(cache)))
    const asked = performance.now()
    await assert.rejects(cache.getMany(['a']), down(/Redis at 127\.0\.0\.1:\d+: it is away/))
    await assert.rejects(cache.setMany([entry('b', '1')]), down(/away/))
    await assert.rejects(cache.setIfNewer(entry('a', 'x'), 2n), down(/away/))
    assert.ok(performance.now() - asked < timeoutMs, 'none waited until its time was over')
    await native.restart()
    await until(() => answers(cache))
    assert.equal(await cache.setIfNewer(entry('a', 'new'), 2n), true)
    assert.match(notices.join('\n'), /goes on without the cache\n.*answers again/)
  })

  it('opens where none answers, and is there as soon as one does', async () => {
    await open()
    await cache.close()
    await native.stop()
    cache = await openRedisCache(native.url, { timeoutMs })
    await assert.rejects(cache.getMany(['a']), down(/away/))
    await native.restart()
    await until(() => answers(cache))
  })

  it('gives a call up when it is frozen', async () => {
    await open()
    process.kill(native.pid, 'SIGSTOP')
    await assert.rejects(cache.getMany(['a']), down(/does not answer in time/))
    process.kill(native.pid, 'SIGCONT')
    await until(() => answers(cache))
  })

  it('says that memory is full, and still forgets what is erased', async () => {
    await open('--maxmemory', '3mb', '--maxmemory-policy', 'noeviction')
    await cache.setIfNewer(entry('a', 'text'), 1n)
    const fill = async (bytes: number): Promise<void> => {
      for (let i = 0; i < 1000; i++)
        await cache.setMany([{ key: `fill-${bytes}-${i}`, value: Buffer.alloc(bytes, i) }])
    }
    for (const bytes of [100_000, 1_000, 10])
      await assert.rejects(fill(bytes), down(/its memory is full/))
    await assert.rejects(cache.setIfNewer(entry('b', 'text'), 1n), down(/its memory is full/))
    assert.equal(Buffer.from((await cache.getMany(['a']))[0] ?? []).toString(), 'text')
    assert.equal(await cache.deleteIfNotNewer('a', 2n), true)
    assert.deepEqual(await cache.getMany(['a']), [undefined])
  })

  it('says that it takes no writes, and reads on', async () => {
    await open()
    await cache.setIfNewer(entry('a', 'text'), 1n)
    const client = plainClient(native.url)
    // A server whose replicas are gone refuses as a replica does: before it has done anything.
    await client.config('SET', 'min-replicas-to-write', '1')
    await assert.rejects(cache.setIfNewer(entry('a', 'new'), 2n), down(/takes no writes/))
    await client.config('SET', 'min-replicas-to-write', '0')
    // A replica keeps what it has until it has spoken to its primary.
    const [port = 0] = await freePorts(1)
    await client.replicaof('127.0.0.1', port)
    await assert.rejects(cache.setIfNewer(entry('a', 'new'), 2n), down(/it is a replica/))
    await until(() => answers(cache))
    assert.equal(Buffer.from((await cache.getMany(['a']))[0] ?? []).toString(), 'text')
    await client.replicaof('NO', 'ONE')
    await until(() => cache.setIfNewer(entry('a', 'new'), 2n).catch(() => false))
    client.disconnect()
  })

  it('says that the password is wrong, and shows none', async () => {
    await open('--requirepass', 'right-one')
    await assert.rejects(cache.getMany(['a']), down(/it wants a password|away/))
    const wrong = { url: native.url, password: 'guessed-one', connectTimeoutMs: 5_000 }
    await assert.rejects(
      lookAtRedis({ ...wrong, timeoutMs }, 'p:'),
      (error: unknown) =>
        down(/user or password are wrong/)(error) && !String(error).includes('guessed'),
    )
    const right = { ...wrong, password: 'right-one', timeoutMs }
    const facts = await lookAtRedis(right, 'p:')
    assert.deepEqual([facts.policy, facts.role], ['noeviction', 'master'])
  })

  it('shortens times to live by up to a tenth', async () => {
    await open()
    const client = plainClient(native.url)
    for (const [random, most] of [
      [0, 100_000],
      [0.999, 90_100],
    ] as const) {
      const jittered = await openRedisCache(native.url, {
        prefix: 'ttl:',
        random: { next: () => random },
      })
      await jittered.setMany([{ ...entry(`${random}`, ''), ttlMs: 100_000 }])
      const left = await client.pttl(`ttl:${random}`)
      assert.ok(left <= most && left > most - 5_000, `${left} of ${most}`)
      await jittered.close()
    }
    client.disconnect()
  })
})

describe('many entries of the cache', () => {
  it('are set and got in one round trip each', async () => {
    const { address } = await redis()
    const { hostname, port } = new URL(address)
    const { connect } = await import('node:net')
    let turns = 0
    let asking = false
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      const upstream = connect(Number(port), hostname)
      sockets.push(socket, upstream)
      socket.on('data', (bytes) => {
        // A new turn begins when something is asked after something was answered.
        if (!asking) turns += 1
        asking = true
        upstream.write(bytes)
      })
      upstream.on('data', (bytes) => {
        asking = false
        socket.write(bytes)
      })
      for (const each of [socket, upstream]) each.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port: own } = server.address() as AddressInfo
    const cache = await openRedisCache(`redis://127.0.0.1:${own}`)
    try {
      const keys = Array.from({ length: 50 }, (_, i) => `many-${i}`)
      turns = 0
      await cache.setMany(keys.map((key) => ({ ...entry(key, key), ttlMs: 60_000 })))
      assert.equal(turns, 1)
      const values = await cache.getMany(keys)
      assert.equal(turns, 2)
      assert.deepEqual(
        values.map((value) => Buffer.from(value ?? []).toString()),
        keys,
      )
    } finally {
      await cache.close()
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  })
})
