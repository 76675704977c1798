// Takes whatever is sent and answers that it is done, as a Qdrant that costs nothing. Says its port, ends with its parent.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const done = JSON.stringify({
  result: { operation_id: 1, status: 'completed' },
  status: 'ok',
  time: 0,
})

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(done)
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
process.stdin.resume()
process.stdin.on('end', () => process.exit())
