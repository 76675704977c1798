import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { delimiter, join } from 'node:path'
import { download } from './download.ts'
import { freePorts } from './free-ports.ts'
import { pins } from './pins.ts'
import { startProcess, waitUntilReady, type Lifetime } from './processes.ts'

export interface NativeRedis {
  /** `redis://host:port`. */
  readonly url: string
  readonly pid: number
  readonly stop: () => Promise<void>
  /** As a crash of the machine's process would. */
  readonly kill: () => Promise<void>
  /** A new process on the same data and port. */
  readonly restart: () => Promise<void>
}

/** `redis-server` on the PATH, and undefined where there is none. */
export const redisOnPath = (): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'redis-server'))
    .find((path) => existsSync(path))

interface Command {
  readonly command: string
  readonly environment: Readonly<Record<string, string>>
}

const redisCommand = async (): Promise<Command> => {
  const installed = redisOnPath()
  if (installed !== undefined) return { command: installed, environment: {} }
  const root = await download(pins.redis)
  // usr/lib/x86_64-linux-gnu and the like: the libraries that came with it.
  const libraries = join(root, 'usr', 'lib')
  const folders = (await readdir(libraries)).map((name) => join(libraries, name))
  return {
    command: join(root, 'usr', 'bin', 'redis-server'),
    environment: { LD_LIBRARY_PATH: folders.join(':') },
  }
}

/** Whether a Redis answers at `redis://host:port`, with or without an error. */
export const redisAnswers = (url: string): Promise<boolean> => {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port || 6379) })
    const end = (answers: boolean): void => {
      socket.destroy()
      resolve(answers)
    }
    socket.setTimeout(1_000, () => end(false))
    socket.once('error', () => end(false))
    socket.once('connect', () => socket.write('PING\r\n'))
    // While it loads its data it answers with an error.
    socket.once('data', (data) => end(/^(?:\+PONG|-NOAUTH)/.test(data.toString())))
  })
}

/** Starts a Redis on a free port with its data in the folder, and answers when it answers. `more` are further arguments. */
export const startRedis = async (
  folder: string,
  lifetime: Lifetime,
  more: readonly string[] = [],
): Promise<NativeRedis> => {
  const { command, environment } = await redisCommand()
  await mkdir(folder, { recursive: true })
  const [port = 0] = await freePorts(1)
  const url = `redis://127.0.0.1:${port}`
  const where = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder]
  const durable = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '']
  const args = [...where, ...durable, ...more]
  const log = join(folder, 'redis.log')
  const start = async () => {
    const started = startProcess({ command, args, cwd: folder, log, lifetime, environment })
    await waitUntilReady('redis', started, () => redisAnswers(url))
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
