import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { openSocket } from '../../../drivers/kafka/open-socket.ts'

const run = promisify(execFile)

/** What a process has loaded of Node that imports the module and no more. */
const loadedBy = async (module: string): Promise<readonly string[]> => {
  const code = `await import(${JSON.stringify(module)}); console.log(JSON.stringify(process.moduleLoadList))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code])
  return JSON.parse(stdout) as string[]
}

describe('a connection to a broker', () => {
  it('is opened, and says so', async () => {
    const server = createServer((peer) => peer.end('hello')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const connected: string[] = []
    const socket = openSocket({ host: '127.0.0.1', port, onConnect: () => connected.push('yes') })
    const [said] = (await once(socket, 'data')) as [Buffer]
    assert.deepEqual([String(said), ...connected], ['hello', 'yes'])
    socket.destroy()
    server.close()
  })

  it('loads TLS only where it is used', async () => {
    const { href } = new URL(
      `../../../drivers/kafka/open-socket${import.meta.url.slice(-3)}`,
      import.meta.url,
    )
    const loaded = await loadedBy(href)
    assert.ok(loaded.includes('NativeModule net'))
    assert.ok(!loaded.includes('NativeModule tls'))
  })
})
