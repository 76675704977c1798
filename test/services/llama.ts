import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { download } from './download.ts'
import { freePorts } from './free-ports.ts'
import { llamaModel, llamaModelScript, pins } from './pins.ts'
import { startProcess, waitUntilReady, type Lifetime } from './processes.ts'

/** By what the server calls its model. */
export const llamaModelName = 'random-llama'

export interface NativeLlama {
  /** With `/v1`. */
  readonly url: string
  readonly pid: number
  readonly stop: () => Promise<void>
  /** As a crash of the machine's process would. */
  readonly kill: () => Promise<void>
}

export interface LlamaOptions {
  /** Tokens that a chat and its answer may have. Its tokens are bytes. */
  readonly context?: number
  /** The key that every request must have. */
  readonly key?: string
}

/** Whether a server at the address has loaded its model. */
export const llamaAnswers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(new URL('/health', url), { signal: AbortSignal.timeout(1_000) })).ok
  } catch {
    return false
  }
}

/** Starts a server with a tiny model of random weights, and answers when it is ready. Built where the cache does not have it. */
export const startLlama = async (
  folder: string,
  lifetime: Lifetime,
  { context = 16_384, key }: LlamaOptions = {},
): Promise<NativeLlama> => {
  const command = join(await download(pins.llama), pins.llama.target)
  const python = join(await download(llamaModel), 'bin', 'python')
  await mkdir(folder, { recursive: true })
  const model = join(folder, 'model.gguf')
  await promisify(execFile)(python, [llamaModelScript, model])
  const [port = 0] = await freePorts(1)
  const url = `http://127.0.0.1:${port}/v1`
  const slots = 2
  const started = startProcess({
    command,
    args: [
      '--model',
      model,
      '--alias',
      llamaModelName,
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--ctx-size',
      String(context * slots),
      '--parallel',
      String(slots),
      '--threads',
      '1',
      '--metrics',
      '--slots',
      '--no-warmup',
      ...(key === undefined ? [] : ['--api-key', key]),
    ],
    cwd: folder,
    log: join(folder, 'llama.log'),
    lifetime,
  })
  await waitUntilReady('llama-server', started, () => llamaAnswers(url))
  return { url, pid: started.pid, stop: () => started.stop(), kill: () => started.stop('SIGKILL') }
}
