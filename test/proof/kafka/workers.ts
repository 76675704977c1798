import { join } from 'node:path'
import { startProcess, type ServiceProcess } from '../../services/processes.ts'

export interface Worker {
  readonly name: string
  readonly process: ServiceProcess
  /** True while something is done to it, so that nothing else is. */
  busy: boolean
}

/** A worker that ended although nobody told it to. */
export interface Ended {
  readonly name: string
  readonly said: string
  /** False when it could not start, as when the broker was away: it says so and ends. */
  readonly wasRunning: boolean
}

export interface WorkersOptions {
  readonly folder: string
  /** What a worker runs. */
  readonly script: string
  /** What it is told, after its name. */
  readonly settings: readonly string[]
}

/** What a worker says when it could start. */
export const runningLine = 'is running'

/** The worker processes: each writes its log to a file of its own. */
export class Workers {
  readonly all = new Set<Worker>()
  readonly #options: WorkersOptions
  #started = 0

  constructor(options: WorkersOptions) {
    this.#options = options
  }

  get started(): number {
    return this.#started
  }

  start(): Worker {
    const { folder, script, settings } = this.#options
    const name = `worker-${++this.#started}`
    const started = startProcess({
      command: process.execPath,
      args: ['--enable-source-maps', script, name, ...settings],
      cwd: folder,
      log: join(folder, `${name}.log`),
      lifetime: 'parent',
    })
    const worker = { name, process: started, busy: false }
    this.all.add(worker)
    return worker
  }

  /** Ends it by a signal and waits until it is gone. */
  async end(worker: Worker, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    worker.busy = true
    this.all.delete(worker)
    await worker.process.stop(signal)
  }

  /** Those that have ended by themselves are replaced, as an orchestrator would. */
  replaceEnded(): readonly Ended[] {
    const ended = [...this.all].filter(({ busy, process: it }) => !busy && !it.alive())
    return ended.map((worker) => {
      this.all.delete(worker)
      this.start()
      const said = worker.process.tail().trim()
      return { name: worker.name, said, wasRunning: said.includes(runningLine) }
    })
  }

  async stop(): Promise<void> {
    await Promise.all([...this.all].map((worker) => this.end(worker, 'SIGTERM')))
  }
}
