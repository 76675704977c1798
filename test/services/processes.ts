import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** How long services live: as long as the process that started them, or until they are told to stop. */
export type Lifetime = 'parent' | 'detached'

export interface ServiceProcess {
  readonly pid: number
  /** The end of its log. */
  readonly tail: () => string
  /** True while it runs. */
  readonly alive: () => boolean
  /** SIGTERM, then SIGKILL when it takes longer than ten seconds. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>
}

let dog: ChildProcess | undefined

/** Tells the watchdog, which outlives this process by a moment. */
const tell = (line: string): void => {
  if (!dog) {
    const script = fileURLToPath(
      new URL(`./watchdog.${import.meta.url.slice(-2)}`, import.meta.url),
    )
    dog = spawn(process.execPath, [script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
    dog.unref()
    // Does not keep this process alive.
    ;(dog.stdin as unknown as { unref?: () => void }).unref?.()
  }
  dog.stdin?.write(`${line}\n`)
}

/** A folder that goes when this process ends without having said otherwise. */
export const watchFolder = (path: string): void => tell(`+${path}`)
export const unwatchFolder = (path: string): void => tell(`-${path}`)

export interface StartOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly log: string
  readonly lifetime: Lifetime
  /** Added to that of this process. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Starts a process that writes to a log file. It is ended by its id, also when this process is killed. */
export const startProcess = (options: StartOptions): ServiceProcess => {
  const { command, args, cwd, log, lifetime, environment } = options
  const output = openSync(log, 'a')
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', output, output],
    detached: lifetime === 'detached',
  })
  closeSync(output)
  const { pid } = child
  if (pid === undefined) throw new Error(`${command} could not be started`)
  if (lifetime === 'parent') tell(`+${pid}`)
  else child.unref()
  const ended = once(child, 'exit').finally(() => lifetime === 'parent' && tell(`-${pid}`))
  ended.catch(() => undefined)
  const alive = (): boolean => child.exitCode === null && child.signalCode === null
  return {
    pid,
    alive,
    tail: () => readFileSync(log, 'utf8').split('\n').slice(-30).join('\n'),
    stop: async (signal = 'SIGTERM') => {
      if (!alive()) return
      child.kill(signal)
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await ended
      clearTimeout(late)
    },
  }
}

/** Waits until `ready` answers true; throws with the end of the log when the process ended or time is over. */
export const waitUntilReady = async (
  name: string,
  process: ServiceProcess,
  ready: () => Promise<boolean>,
  limitMs = 60_000,
): Promise<void> => {
  const deadline = performance.now() + limitMs
  while (!(await ready())) {
    if (!process.alive()) throw new Error(`${name} ended while starting:\n${process.tail()}`)
    if (performance.now() > deadline) {
      await process.stop('SIGKILL')
      throw new Error(`${name} was not ready within ${limitMs} ms:\n${process.tail()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
