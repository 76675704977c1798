import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { download } from './download.ts'
import { freePorts } from './free-ports.ts'
import { pins } from './pins.ts'
import { startProcess, waitUntilReady, type Lifetime } from './processes.ts'

export interface NativeVectorEngine {
  readonly url: string
  readonly pid: number
  readonly stop: () => Promise<void>
  /** As a crash of the machine's process would. */
  readonly kill: () => Promise<void>
  /** The same engine on the same data and port. */
  readonly restart: () => Promise<void>
}

/** Not compiled: it lies beside the sources. */
const gateway = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts')
      ? './vector-engine/gateway.py'
      : '../../../test/services/vector-engine/gateway.py',
    import.meta.url,
  ),
)

export const vectorEngineAnswers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1_000) })).ok
  } catch {
    return false
  }
}

/** Starts Qdrant's engine behind the gateway of the tests, with its data in the folder, and answers when it answers. */
export const startVectorEngine = async (
  folder: string,
  lifetime: Lifetime,
  apiKey?: string,
): Promise<NativeVectorEngine> => {
  const command = join(await download(pins.qdrant), 'bin', 'python')
  await mkdir(folder, { recursive: true })
  const [port = 0] = await freePorts(1)
  const url = `http://127.0.0.1:${port}`
  const args = [gateway, join(folder, 'data'), String(port), ...(apiKey ? [apiKey] : [])]
  const log = join(folder, 'vector-engine.log')
  const start = async () => {
    const started = startProcess({ command, args, cwd: folder, log, lifetime })
    await waitUntilReady('qdrant', started, () => vectorEngineAnswers(url))
    return started
  }
  let running = await start()
  return {
    url,
    get pid() {
      return running.pid
    },
    stop: () => running.stop(),
    kill: () => running.stop('SIGKILL'),
    restart: async () => {
      await running.stop('SIGKILL')
      running = await start()
    },
  }
}
