import { connect } from 'node:net'

/** An ApiVersions request, version 0, with correlation id 1 and no client id. */
const request = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff])

/** Whether a broker answers at the address. Uses no client, as clients are what is tested. */
export const kafkaAnswers = (port: number, host = '127.0.0.1'): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host })
    const finish = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(1_000, () => finish(false))
    socket.once('error', () => finish(false))
    socket.once('connect', () => socket.write(request))
    // Length, correlation id, error code.
    socket.once('data', (data: Buffer) => finish(data.length >= 10 && data.readInt16BE(8) === 0))
  })
