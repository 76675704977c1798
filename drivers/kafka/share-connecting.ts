interface Connection {
  readonly isConnected: () => boolean
  readonly connect: () => Promise<unknown>
}

interface ConnectionPool {
  readonly pool: readonly Connection[]
  getConnection: (this: ConnectionPool, index?: number) => Promise<Connection>
}

/**
 * Mends a pool of kafkajs 2.2.4: two requests that find a connection closed each open a socket for it, and the first of
 * the two is never closed, which keeps a process from ending. They now wait for the same one.
 */
export const shareConnecting = (pool: { readonly prototype: ConnectionPool }): void => {
  const connecting = new WeakMap<Connection, Promise<unknown>>()
  pool.prototype.getConnection = async function (index = 0) {
    const connection = this.pool[index]!
    if (connection.isConnected()) return connection
    const opening =
      connecting.get(connection) ??
      connection.connect().finally(() => connecting.delete(connection))
    connecting.set(connection, opening)
    await opening
    return connection
  }
}
