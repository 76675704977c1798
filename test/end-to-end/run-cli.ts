import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import type { JobReport } from '../../cli/job/report.ts'
import { momentName, type Moment } from './signal-itself.ts'

/** The program as it is installed. */
const main = new URL('../../bin/archive-streams.js', import.meta.url).pathname
const signalItself = new URL(`./signal-itself${import.meta.url.slice(-3)}`, import.meta.url).href

/** How a process ended and what it said. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** The command line as a process of its own. */
export interface Running {
  readonly child: ChildProcess
  /** What was said on standard error so far. */
  readonly err: () => string
  readonly ended: Promise<Ended>
}

export const startCli = (...args: readonly string[]): Running => start(args, {})

/** A command that sends itself signals when a moment has come, so that no stop of this process makes them late. */
export const startSignalled = (moment: Moment, ...args: readonly string[]): Running =>
  start(args, { moment })

/** What a shell reports: a process that ended by a signal has 128 and its number. */
export const asShell = (code: number | null, signal: NodeJS.Signals | null): number | null =>
  code ?? (signal && 128 + constants.signals[signal])

interface StartOptions {
  readonly uid?: number
  readonly moment?: Moment
}

/** Without the notes of what code is reached: these processes are for what survives, and making notes takes a sixth of their time. */
const environmentOf = (moment: Moment | undefined): NodeJS.ProcessEnv => {
  const { NODE_V8_COVERAGE: _, ...environment } = process.env
  return moment ? { ...environment, [momentName]: JSON.stringify(moment) } : environment
}

const start = (args: readonly string[], { uid, moment }: StartOptions): Running => {
  const child = spawn(
    process.execPath,
    [...(moment ? ['--import', signalItself] : []), main, ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid !== undefined && { uid }),
      env: environmentOf(moment),
    },
  )
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => out.push(data))
  child.stderr.on('data', (data: Buffer) => err.push(data))
  const text = (pieces: readonly Buffer[]): string => Buffer.concat(pieces).toString()
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: asShell(code as number | null, signal as NodeJS.Signals | null),
    out: text(out),
    err: text(err),
  }))
  return { child, err: () => text(err), ended }
}

/** Runs a command to its end. */
export const runCli = (...args: readonly string[]): Promise<Ended> => startCli(...args).ended

/** The same as another user; only root may do so. */
export const runCliAs = (uid: number, ...args: readonly string[]): Promise<Ended> =>
  start(args, { uid }).ended

/** What a job is started with. */
export const startArgs = (source: string, dataDir: string): readonly string[] => [
  'start',
  '--json',
  '--source',
  source,
  '--data-dir',
  dataDir,
]

export const reportOf = ({ out, err }: Ended): JobReport => {
  if (out === '') throw new Error(`no report: ${err}`)
  return JSON.parse(out) as JobReport
}
