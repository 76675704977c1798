import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, realpathSync, statSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../../topology/ports/clock.ts'

/** The process that works on a data folder. */
export interface DataDirOwner {
  readonly pid: number
  /** Epoch milliseconds at which it took the folder. */
  readonly since: number
  /** It only publishes, and lets the folder go when that is done. */
  readonly brief?: boolean
}

/** Thrown when another process works on the data folder. Nothing was touched. */
export class DataDirLocked extends Error {
  /** Undefined when the other process holds the lock but does not answer. */
  readonly owner: DataDirOwner | undefined

  constructor(dataDir: string, owner: DataDirOwner | undefined) {
    const who = owner
      ? `process ${owner.pid} since ${new Date(owner.since).toISOString()}`
      : 'a process that does not answer'
    super(`${dataDir} is in use by ${who}; end it, or choose another folder with --data-dir`)
    this.name = 'DataDirLocked'
    this.owner = owner
  }
}

export interface DataDirLock {
  readonly release: () => Promise<void>
}

/** Milliseconds that the other process has to say who it is. */
const answerMs = 1000
const attempts = 5
/** Milliseconds between two looks at a folder that somebody has for a short time, and how long that may take. */
const briefPollMs = 50
const briefMs = 30_000

/**
 * Address of a folder's lock. The kernel frees abstract sockets (Linux) and pipes (Windows) with their process, however
 * it ends; elsewhere it is a file, and a file nobody listens behind is stale.
 */
const addressOf = (realPath: string): string => {
  const user = process.getuid?.() ?? 0
  const hash = createHash('sha256').update(`${user}:${realPath}`).digest('hex').slice(0, 24)
  const name = `archive-streams-${hash}`
  if (process.platform === 'linux') return `\0${name}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  return join(tmpdir(), `${name}.sock`)
}

interface Greeting extends DataDirOwner {
  /** Tells one lock from the next at the same address. */
  readonly token: string
}

const listen = (address: string, greeting: Greeting): Promise<Server | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket: Socket) => {
      socket.on('error', () => undefined)
      socket.end(JSON.stringify(greeting))
    })
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(address, () => resolve(server.unref()))
  })

/** What the holder says: a greeting, that nobody is there, or nothing. */
type Answer = Greeting | 'nobody' | 'silent'

const parseGreeting = (text: string): Answer => {
  try {
    return JSON.parse(text) as Greeting
  } catch {
    return 'silent'
  }
}

const ask = (clock: Clock, address: string): Promise<Answer> =>
  new Promise((resolve) => {
    let text = ''
    const socket = connect(address)
    const answer = (value: Answer): void => {
      cancel()
      socket.destroy()
      resolve(value)
    }
    const cancel = clock.after(answerMs, () => answer('silent'))
    socket.on('data', (piece) => {
      text += piece.toString()
    })
    socket.on('end', () => answer(parseGreeting(text)))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      answer(error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? 'nobody' : 'silent'),
    )
  })

const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino

/** Removes a stale socket file, unless somebody has replaced it since it was found stale. */
const removeStale = (address: string, inode: number | undefined): void => {
  if (address.startsWith('\0') || process.platform === 'win32') return
  if (inode !== undefined && inodeOf(address) === inode) unlinkSync(address)
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()))

/**
 * Takes a data folder for this process, before anything in it is touched; the folder is made when missing. Throws
 * {@link DataDirLocked} when another process has it. A lock that a killed process left is taken over at once. Who comes to stay
 * waits up to 30 s for one that has the folder only for a short time; who is `brief` itself does not.
 */
export const lockDataDir = async (
  dataDir: string,
  clock: Clock,
  { brief = false } = {},
): Promise<DataDirLock> => {
  mkdirSync(dataDir, { recursive: true })
  const until = clock.now() + briefMs
  for (;;) {
    try {
      return await takeLock(dataDir, clock, brief)
    } catch (error) {
      const passes = error instanceof DataDirLocked && error.owner?.brief === true
      if (brief || !passes || clock.now() > until) throw error
    }
    await new Promise<void>((resolve) => clock.after(briefPollMs, resolve))
  }
}

const takeLock = async (dataDir: string, clock: Clock, brief: boolean): Promise<DataDirLock> => {
  const address = addressOf(realpathSync(dataDir))
  const greeting: Greeting = { pid: process.pid, since: clock.now(), brief, token: randomUUID() }
  for (let attempt = 0; attempt < attempts; attempt++) {
    const inode = address.startsWith('\0') ? undefined : inodeOf(address)
    const server = await listen(address, greeting)
    const answer = await ask(clock, address)
    const mine = typeof answer === 'object' && answer.token === greeting.token
    if (server && mine) return { release: () => close(server) }
    // Somebody took a socket file over at the same moment: the one behind the address has won.
    if (server) await close(server)
    if (typeof answer === 'object') throw new DataDirLocked(dataDir, answer)
    if (answer === 'nobody') removeStale(address, inode)
  }
  throw new DataDirLocked(dataDir, undefined)
}

/** Who works on an existing data folder: the lock is asked, not taken. `silent` when the holder does not answer. */
export const dataDirOwner = async (
  dataDir: string,
  clock: Clock,
): Promise<DataDirOwner | 'nobody' | 'silent'> => ask(clock, addressOf(realpathSync(dataDir)))
