import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { startFaultProxy, type FaultProxy, type ProxyFault } from './sinks/fault-proxy.ts'

describe('the proxy that breaks requests', () => {
  let store: Server
  let heard: string[]
  let proxy: FaultProxy
  let fault: ProxyFault | undefined

  beforeEach(async () => {
    heard = []
    store = createServer((request, response) => {
      let body = ''
      request.on('data', (part: Buffer) => (body += part.toString()))
      request.on('error', () => undefined)
      request.on('end', () => {
        heard.push(`${request.method} ${request.url} ${request.headers.host} ${body}`)
        response.writeHead(200, { etag: '"abc"', 'content-length': '10' }).end('0123456789')
      })
    })
    await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve))
    const { port } = store.address() as AddressInfo
    proxy = await startFaultProxy({
      target: `http://127.0.0.1:${port}`,
      random: { next: () => 1 },
      share: 1,
      choose: () => fault,
    })
  })
  afterEach(async () => {
    await proxy.close()
    store.closeAllConnections()
    await new Promise((resolve) => store.close(resolve))
  })

  const put = (signal?: AbortSignal) =>
    fetch(`${proxy.endpoint}/b/k?x=1`, {
      method: 'PUT',
      body: 'sent',
      ...(signal && { signal }),
    }).then(async (answer) => [answer.status, answer.headers.get('etag'), await answer.text()])

  it('passes on what is asked and answered, the name of the host included, which is signed', async () => {
    fault = undefined
    assert.deepEqual(await put(), [200, '"abc"', '0123456789'])
    assert.deepEqual(heard, [`PUT /b/k?x=1 ${new URL(proxy.endpoint).host} sent`])
  })

  it('refuses', async () => {
    fault = 'refuse'
    assert.deepEqual((await put())[0], 503)
    assert.deepEqual(heard, [])
  })

  it('breaks the connection before the store has heard of it', async () => {
    fault = 'reset-before'
    await assert.rejects(put())
    assert.deepEqual(heard, [])
  })

  it('breaks the connection after the store has done it', async () => {
    fault = 'reset-after'
    await assert.rejects(put())
    assert.equal(heard.length, 1)
  })

  it('never answers', async () => {
    fault = 'stall'
    await assert.rejects(put(AbortSignal.timeout(150)), { name: 'TimeoutError' })
    assert.deepEqual(heard, [])
  })

  it('cuts a body that is sent, so that the store never has it whole', async () => {
    fault = 'truncate'
    await assert.rejects(put())
    assert.deepEqual(heard, [])
  })

  it('cuts a body that is answered', async () => {
    fault = 'truncate'
    await assert.rejects(fetch(`${proxy.endpoint}/b/k`).then((answer) => answer.text()))
    assert.equal(heard.length, 1)
    assert.equal(proxy.injected.truncate, 1)
  })

  it('breaks about the share that it is told, of all kinds', async () => {
    let draw = 0
    const random = { next: () => (draw++ * 0.618) % 1 }
    const { port } = store.address() as AddressInfo
    const own = await startFaultProxy({ target: `http://127.0.0.1:${port}`, random, share: 0.3 })
    const over = new AbortController()
    const ask = () => fetch(own.endpoint, { signal: over.signal }).then((answer) => answer.text())
    const asked = Promise.allSettled(Array.from({ length: 100 }, ask))
    while (own.requests() < 100) await nextTurn()
    // Those that are never answered.
    over.abort()
    await asked
    const broken = Object.values(own.injected).reduce((sum, count) => sum + count, 0)
    assert.equal(own.requests(), 100)
    assert.ok(broken > 15 && broken < 45, `${broken}`)
    await own.close()
  })
})
