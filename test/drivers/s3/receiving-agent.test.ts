import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { ReceivingAgent } from '../../../drivers/s3/receiving-agent.ts'

/** Bytes of which no two stretches are alike. */
const bytesOf = (seed: string, length: number): Buffer =>
  createCipheriv('aes-128-ctr', seed.padEnd(16), Buffer.alloc(16)).update(Buffer.alloc(length))

describe('an agent that receives into one memory', () => {
  const agent = new ReceivingAgent({ keepAlive: true })
  let server: Server
  beforeEach(async () => {
    server = createServer((request, response) => {
      response.end(bytesOf(request.url ?? '', 3_000_000))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
  })
  afterEach(() => {
    agent.destroy()
    server.close()
  })

  const answerTo = async (path: string): Promise<IncomingMessage> => {
    const { port } = server.address() as AddressInfo
    const [response] = await once(get({ host: '127.0.0.1', port, path, agent }), 'response')
    return response as IncomingMessage
  }

  const piecesOf = async (response: IncomingMessage): Promise<readonly Buffer[]> => {
    const pieces: Buffer[] = []
    for await (const piece of response) pieces.push(piece as Buffer)
    return pieces
  }

  it('leaves what came as it came, also when more comes by the same and by other connections', async () => {
    const paths = ['/a', '/b', '/c', '/d']
    const answers = await Promise.all(paths.map(answerTo))
    const bodies = await Promise.all(answers.map(piecesOf))
    await piecesOf(await answerTo('/e'))
    for (const [index, pieces] of bodies.entries())
      assert.ok(Buffer.concat(pieces).equals(bytesOf(paths[index] ?? '', 3_000_000)))
  })

  it('uses a connection again', async () => {
    const first = await answerTo('/a')
    const { socket } = first
    await piecesOf(first)
    const second = await answerTo('/b')
    assert.equal(second.socket, socket)
    assert.ok(Buffer.concat(await piecesOf(second)).equals(bytesOf('/b', 3_000_000)))
  })
})
