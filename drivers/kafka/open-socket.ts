import { createRequire } from 'node:module'
import { connect, isIP, type Socket } from 'node:net'
import type * as Tls from 'node:tls'

export interface SocketOptions {
  readonly host: string
  readonly port: number
  /** TLS when given. */
  readonly ssl?: Tls.ConnectionOptions
  readonly onConnect: () => void
}

const require = createRequire(import.meta.url)
const keepAliveMs = 60_000

/** Loaded when it is met first: without TLS it would be a part of every start. */
const overTls = ({ host, port, ssl, onConnect }: SocketOptions): Socket => {
  const tls = require('node:tls') as typeof Tls
  const name = isIP(host) === 0 ? { servername: host } : {}
  return tls.connect({ host, port, ...name, ...ssl }, onConnect)
}

/** A connection to a broker. What is written goes at once, and not only when the request before it was answered. */
export const openSocket = (options: SocketOptions): Socket => {
  const { host, port, ssl, onConnect } = options
  const socket = ssl ? overTls(options) : connect({ host, port }, onConnect)
  return socket.setKeepAlive(true, keepAliveMs).setNoDelay(true)
}
