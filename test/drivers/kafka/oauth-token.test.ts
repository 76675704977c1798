import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { createTokenProvider } from '../../../drivers/kafka/oauth-token.ts'
import { ManualClock } from '../../../topology/testing/manual-clock.ts'
import { advance } from '../../../topology/testing/settle.ts'

interface Asked {
  readonly authorization: string | undefined
  readonly body: string
}

describe('tokens from an endpoint of OAuth 2', () => {
  let server: Server
  let url: string
  let asked: Asked[]
  let answer: { readonly status: number; readonly body: string }

  beforeEach(async () => {
    asked = []
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (piece: Buffer) => (body += piece.toString()))
      request.on('end', () => {
        asked.push({ authorization: request.headers.authorization, body })
        response.writeHead(answer.status).end(answer.body)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const provider = (clock = new ManualClock(0)) =>
    createTokenProvider(
      { kind: 'endpoint', url, clientId: 'my client', clientSecret: 'hush', scope: 'kafka' },
      clock,
    )

  it('are asked for with the credentials of the client', async () => {
    answer = { status: 200, body: '{"access_token":"one","expires_in":100}' }
    assert.equal(await provider()(), 'one')
    const [only] = asked
    assert.equal(only?.body, 'grant_type=client_credentials&scope=kafka')
    const [, encoded = ''] = only?.authorization?.split(' ') ?? []
    assert.equal(Buffer.from(encoded, 'base64').toString(), 'my%20client:hush')
  })

  it('are kept for most of their life, and asked for once by many connections', async () => {
    answer = { status: 200, body: '{"access_token":"one","expires_in":100}' }
    const clock = new ManualClock(0)
    const token = provider(clock)
    assert.deepEqual(await Promise.all([token(), token(), token()]), ['one', 'one', 'one'])
    await advance(clock, 79_000)
    await token()
    assert.equal(asked.length, 1)
    answer = { status: 200, body: '{"access_token":"two","expires_in":100}' }
    await advance(clock, 2_000)
    assert.equal(await token(), 'two')
  })

  it('that are refused say so without the secret; trouble passes', async () => {
    for (const [status, refused] of [
      [401, true],
      [400, true],
      [429, false],
      [503, false],
    ] as const) {
      answer = { status, body: '{"error":"hush"}' }
      await assert.rejects(provider()(), (error: Error & { readonly refused?: boolean }) => {
        assert.equal(error.refused, refused)
        assert.match(error.message, new RegExp(`token endpoint ${url} .*HTTP ${status}`))
        assert.doesNotMatch(error.message, /hush/)
        return true
      })
    }
    answer = { status: 200, body: 'no token' }
    await assert.rejects(provider()(), /answers without a token/)
  })

  it('are missed when nobody answers', async () => {
    const lost = createTokenProvider(
      { kind: 'endpoint', url: 'http://127.0.0.1:1/', clientId: 'a', clientSecret: 'b' },
      new ManualClock(0),
    )
    await assert.rejects(lost(), { refused: false, message: /does not answer/ })
  })
})
