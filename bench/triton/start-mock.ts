import { fork } from 'node:child_process'
import { once } from 'node:events'

export interface MockServer {
  readonly url: string
  /** Milliseconds that it has computed so far. */
  readonly busyMs: () => Promise<number>
  readonly stop: () => void
}

/** Starts the mock server in a process of its own; it ends with this one. */
export const startMock = async (
  width: number,
  execMs = 0,
  rttMs = 0,
  reads: 'ids' | 'text' = 'ids',
): Promise<MockServer> => {
  const script = new URL(`./mock-server.${import.meta.url.slice(-2)}`, import.meta.url)
  const child = fork(script, [...[width, execMs, rttMs].map(String), reads])
  const [url] = (await once(child, 'message')) as [string]
  return {
    url,
    busyMs: async () =>
      ((await (await fetch(`${url}/busy`)).json()) as { readonly busyMs: number }).busyMs,
    stop: () => void child.kill(),
  }
}
