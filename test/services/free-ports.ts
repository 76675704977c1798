import { createServer } from 'node:net'

/** `ARCHIVE_STREAMS_TEST_PORTS=29000-29999`; below what systems hand out to clients by themselves. */
const range = (): readonly [number, number] => {
  const [first = 29_000, last = 29_999] = (process.env['ARCHIVE_STREAMS_TEST_PORTS'] ?? '')
    .split('-')
    .filter((each) => each !== '')
    .map(Number)
  return [first, last]
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

let next: number | undefined

/** Ports of 127.0.0.1 on which nobody listens at this moment, each handed out once by this process. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const [first, last] = range()
  const ports: number[] = []
  for (let tried = 0; tried <= last - first && ports.length < count; tried++) {
    next ??= first + (process.pid % (last - first + 1))
    const port = next
    next = next >= last ? first : next + 1
    if (await isFree(port)) ports.push(port)
  }
  if (ports.length < count) throw new Error(`no free port in ${first} to ${last}`)
  return ports
}
