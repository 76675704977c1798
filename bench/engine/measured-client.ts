import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** A client of this folder in a process of its own. */
export interface MeasuredClient {
  /** CPU seconds that the process has used so far. From /proc, so on Linux only. */
  readonly cpuSeconds: () => number
  readonly residentMb: () => number
  /** As a crash would. */
  readonly kill: () => Promise<void>
  /** Tells it to end; answers the counts that it prints. */
  readonly stop: () => Promise<Readonly<Record<string, number>>>
}

/** As `peer-client` starts Node; see docs/operating.md. The others get the same. */
const youngGeneration = '--max-semi-space-size=64'

/** Ticks of /proc per second: fixed on Linux. */
const ticks = 100
const pageBytes = 4096

/** Starts it and waits until it says that it is ready. */
export const startClient = async (
  script: URL,
  args: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
): Promise<MeasuredClient> => {
  const words = Object.entries(args).map(([name, value]) => `${name}=${value}`)
  const child = spawn(
    process.execPath,
    [youngGeneration, ...nodeOptions, script.pathname, ...words],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const ended = once(child, 'exit')
  const lines: string[] = []
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      if (line.startsWith('ready')) resolve()
    })
  })
  await Promise.race([ready, ended.then(() => Promise.reject(new Error('the client has ended')))])
  const stat = (): readonly string[] =>
    readFileSync(`/proc/${child.pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
  return {
    cpuSeconds: () => (Number(stat()[11]) + Number(stat()[12])) / ticks,
    residentMb: () => Math.round((Number(stat()[21]) * pageBytes) / 2 ** 20),
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      const counts = lines.find((line) => line.startsWith('{')) ?? '{}'
      return JSON.parse(counts) as Readonly<Record<string, number>>
    },
  }
}
