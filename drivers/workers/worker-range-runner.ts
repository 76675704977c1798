import { Worker } from 'node:worker_threads'
import { Fault } from '../../topology/model/failure.ts'
import type { RangeCall, RangeRunner, WrittenRange } from '../../topology/ports/range-runner.ts'
import { unpackError } from './messages.ts'
import { joinLogRecords, unpackProduceRecords } from '../../topology/model/pack-records.ts'
import type { RangeAnswer, RangeRequest, RangeWorkerStart } from './range-messages.ts'

export interface WorkerRangeRunnerOptions {
  /** Names of the sinks that the module opens. */
  readonly sinks: readonly string[]
  /** URL of the module that the thread imports. */
  readonly module: string
  /** Its exported function; called with `options`, answers a `RangeWriter`. */
  readonly exportName: string
  /** Handed to that function; must be structured-cloneable. */
  readonly options: unknown
}

interface Pending {
  readonly resolve: (written: WrittenRange) => void
  readonly reject: (error: Error) => void
}

const workerUrl = new URL(`./range-worker${import.meta.url.slice(-3)}`, import.meta.url)

/** What was lately made in the thread, in its three spaces: little, as the rows of a range live longer than that anyway. */
const resourceLimits = { maxYoungGenerationSizeMb: 6 }

/**
 * Runs range sinks on one thread, which starts with the first range. When the thread ends by itself, what it had under way is
 * rejected with a transient fault, and the next call starts another: a range may be written again at any time.
 */
export const createWorkerRangeRunner = (options: WorkerRangeRunnerOptions): RangeRunner => {
  const { sinks, ...start } = options
  const pending = new Map<number, Pending>()
  let worker: Worker | undefined
  let lastId = 0
  let closed = false

  const settle = (answer: RangeAnswer): void => {
    const waiting = pending.get(answer.id)
    pending.delete(answer.id)
    if (answer.kind === 'thrown') return waiting?.reject(unpackError(answer.thrown))
    const { outputs, written } = answer
    waiting?.resolve({ ...written, outputs: unpackProduceRecords(outputs) })
  }

  const lose = (gone: Worker, reason: string): void => {
    if (worker !== gone) return
    worker = undefined
    const left = [...pending.values()]
    pending.clear()
    const fault = new Fault('transient', 'range-thread', `the thread of the files ${reason}`)
    for (const each of left) each.reject(fault)
  }

  const startWorker = (): Worker => {
    const started = new Worker(workerUrl, {
      workerData: start satisfies RangeWorkerStart,
      resourceLimits,
    })
    started.on('message', settle)
    started.on('error', (error) => lose(started, `failed: ${error.message}`))
    started.on('exit', () => lose(started, 'ended by itself'))
    return started
  }

  const post = (request: RangeRequest, transfer: readonly ArrayBuffer[] = []): void =>
    (worker ??= startWorker()).postMessage(request, transfer)

  const run = (call: RangeCall, signal: AbortSignal): Promise<WrittenRange> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(new Error('the range runner is closed'))
      const id = ++lastId
      pending.set(id, { resolve, reject })
      const sources = joinLogRecords(call.range.sources)
      const range = { ...call.range, sources: [] }
      post({ kind: 'write', id, call: { ...call, range }, sources }, [
        sources.bytes.buffer as ArrayBuffer,
      ])
      signal.addEventListener('abort', () => worker?.postMessage({ kind: 'abort', id }))
    })

  return {
    sinks: new Set(sinks),
    run,
    close: async () => {
      closed = true
      const last = worker
      if (last) lose(last, 'was closed')
      await last?.terminate()
    },
  }
}
