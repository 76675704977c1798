import { Worker } from 'node:worker_threads'
import { PureOverrun, type PureCall, type PureResult } from '../../topology/ports/pure-runner.ts'
import { unpackError, type CallMessage, type ResultMessage, type WorkerStart } from './messages.ts'
import type { WorkerPureRunnerOptions } from './options.ts'
import { packValue, type Packed } from './pack-value.ts'

/** A call that waits for its result. */
export interface PendingCall {
  readonly call: PureCall
  readonly packed: Packed
  readonly resolve: (result: PureResult) => void
  readonly reject: (error: Error) => void
}

export const pendingCall = (
  call: PureCall,
  resolve: (result: PureResult) => void,
  reject: (error: Error) => void,
): PendingCall => ({ call, packed: packValue(call.value), resolve, reject })

interface Sent extends PendingCall {
  readonly id: number
}

/** One thread and the calls that were sent to it. */
export interface PureThread {
  /** Calls sent and not answered: the one that runs, and the one after it. */
  readonly load: () => number
  readonly send: (pending: PendingCall) => void
  readonly end: () => Promise<void>
}

export interface PureThreadOptions extends Required<WorkerPureRunnerOptions> {
  /** Called when a call was answered. */
  readonly onRoom: () => void
  /** Called once when the thread is gone, with the calls that were sent to it and did not run. */
  readonly onGone: (left: readonly PendingCall[]) => void
}

const chainOf = ({ subTopology, nodes }: PureCall): string => `${subTopology}/${nodes.join('/')}`

/** Under its compiled name, `.js`, or as written, `.ts`, whichever this module was loaded as. */
const workerUrl = new URL(`./pure-worker${import.meta.url.slice(-3)}`, import.meta.url)

/**
 * Starts a thread. Its calls run in the order they were sent. A call that passes its deadline or takes the heap over its
 * limit ends the thread and is answered with `PureOverrun`; the calls behind it did not run and are handed back.
 */
export const startPureThread = (options: PureThreadOptions): PureThread => {
  const { clock } = options
  const progress = new Int32Array(new SharedArrayBuffer(4))
  const { module, exportName } = options
  const start: WorkerStart = {
    module,
    exportName,
    options: options.options,
    progress: progress.buffer,
  }
  const worker = new Worker(workerUrl, {
    workerData: start,
    resourceLimits: { maxOldGenerationSizeMb: options.memoryMb },
  })
  const made = new Set<string>()
  let sent: readonly Sent[] = []
  let lastId = 0
  let gone = false
  let cancelWatch = (): void => undefined

  const running = (): number => Atomics.load(progress, 0)

  /**
   * Time counts from when a call is first in line. A call whose stages this thread has not made yet counts from when it
   * was seen running, since making them may take long.
   */
  const watch = (): void => {
    cancelWatch()
    const [first] = sent
    if (!first) return
    const { deadlineMs } = first.call
    const startBy = clock.now() + options.startMs
    let counting = made.has(chainOf(first.call))
    const check = (): void => {
      const isRunning = running() === first.id
      if (isRunning && counting) return lose('deadline')
      if (!isRunning && clock.now() >= startBy)
        return fail(new Error('a worker thread does not start'))
      counting = isRunning
      cancelWatch = clock.after(deadlineMs, check)
    }
    cancelWatch = clock.after(deadlineMs, check)
  }

  const fail = (error: Error): void => {
    if (gone) return
    gone = true
    cancelWatch()
    const first = sent.find((each) => each.id === running()) ?? sent[0]
    const left = sent.filter((each) => each !== first)
    sent = []
    first?.reject(error)
    void worker.terminate()
    options.onGone(left)
  }

  const lose = (limit: PureOverrun['limit']): void =>
    fail(new PureOverrun(limit, `a call passed its ${limit} limit; its thread was ended`))

  worker.on('message', (message: ResultMessage) => {
    const done = sent.find((each) => each.id === message.id)
    sent = sent.filter((each) => each !== done)
    if (done && message.kind === 'result') made.add(chainOf(done.call))
    watch()
    if (message.kind === 'result') done?.resolve(message.result)
    else done?.reject(unpackError(message.thrown))
    options.onRoom()
  })
  worker.on('error', (error: NodeJS.ErrnoException) =>
    error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? lose('memory') : fail(error),
  )
  worker.on('exit', () => fail(new Error('a worker thread ended by itself')))

  return {
    load: () => sent.length,
    send: (pending) => {
      const { subTopology, nodes, context } = pending.call
      const id = ++lastId
      const message: CallMessage = { id, subTopology, nodes, value: pending.packed.value, context }
      try {
        worker.postMessage(message, pending.packed.transfer)
      } catch (error) {
        return pending.reject(error as Error)
      }
      sent = [...sent, { ...pending, id }]
      if (sent.length === 1) watch()
    },
    end: async () => {
      gone = true
      cancelWatch()
      for (const each of sent) each.reject(new Error('the pure runner is closed'))
      sent = []
      await worker.terminate()
    },
  }
}
