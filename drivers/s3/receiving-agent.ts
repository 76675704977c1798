import { Agent, type ClientRequestArgs } from 'node:http'
import { connect, type NetConnectOpts, type Socket } from 'node:net'

/** Most bytes taken from a connection at once. */
const receivedBytes = 1024 * 1024

/**
 * Plain connections that all receive into one memory instead of new memory for every 64 KiB. Node's parser of answers copies what it
 * hands on before the next bytes come, as it must on servers, whose connections share one memory as well.
 */
export class ReceivingAgent extends Agent {
  readonly #buffer = Buffer.allocUnsafeSlow(receivedBytes)

  override createConnection(options: ClientRequestArgs): Socket {
    const socket: Socket = connect({
      ...(options as NetConnectOpts),
      onread: {
        buffer: this.#buffer,
        callback: (length, buffer) => {
          socket.emit('data', buffer.subarray(0, length))
          return true
        },
      },
    })
    return socket
  }
}
