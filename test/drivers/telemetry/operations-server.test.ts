import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import {
  AddressTaken,
  startOperationsServer,
  type OperationsServer,
} from '../../../drivers/telemetry/operations-server.ts'

describe('the operations server', () => {
  let server: OperationsServer
  let problems: readonly string[] = []

  const views = {
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
    live: () => ({ ok: true, problems: [] }),
    ready: () => ({ ok: problems.length === 0, problems }),
    status: () => ({ parts: [] }),
  }

  before(async () => {
    server = await startOperationsServer({ host: '127.0.0.1', port: 0 }, views)
  })
  after(() => server.close())

  it('answers metrics, probes and status', async () => {
    const metrics = await fetch(`${server.url}/metrics?name=all`)
    assert.equal(metrics.headers.get('content-type'), 'text/plain; version=0.0.4')
    assert.equal(await metrics.text(), 'up 1\n')
    assert.equal((await fetch(`${server.url}/health/live`)).status, 200)
    assert.deepEqual(await (await fetch(`${server.url}/status`)).json(), { parts: [] })
  })

  it('answers 503 with the reasons when something is wrong', async () => {
    problems = ['embed: triton is down']
    const answer = await fetch(`${server.url}/health/ready`)
    assert.equal(answer.status, 503)
    assert.deepEqual(await answer.json(), { ok: false, problems })
  })

  it('knows nothing else, and changes nothing', async () => {
    assert.equal((await fetch(`${server.url}/`)).status, 404)
    assert.equal((await fetch(`${server.url}/metrics`, { method: 'POST' })).status, 405)
  })

  it('says which address is taken, and what to do', async () => {
    const port = Number(new URL(server.url).port)
    await assert.rejects(
      startOperationsServer({ host: '127.0.0.1', port }, views),
      (error: Error) => {
        assert.ok(error instanceof AddressTaken)
        assert.match(error.message, /127\.0\.0\.1:\d+ .*EADDRINUSE.*--metrics-port/)
        return true
      },
    )
  })

  it('sends who names a host that is not of this machine to the host, not to the port', async () => {
    const host = '192.0.2.1'
    await assert.rejects(startOperationsServer({ host, port: 0 }, views), {
      message: `${host}:0 cannot be listened at (EADDRNOTAVAIL); look at http.host`,
    })
  })
})
