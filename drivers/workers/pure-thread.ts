import { Worker } from 'node:worker_threads'
import { PureOverrun, type PureCall, type PureResult } from '../../topology/ports/pure-runner.ts'
import {
  unpackError,
  type CallMessage,
  type PrepareMessage,
  type ResultMessage,
  type WorkerStart,
} from './messages.ts'
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

/** One thread and the calls that were sent to it. */
export interface PureThread {
  /** Calls sent and not answered. */
  readonly load: () => number
  /** Several in one message: to wake a thread costs as much as a short call. */
  readonly send: (calls: readonly PendingCall[]) => void
  /** Makes the stages of calls to come. */
  readonly prepare: (message: PrepareMessage) => void
  readonly end: () => Promise<void>
}

export interface PureThreadOptions extends Required<WorkerPureRunnerOptions> {
  /** Called when calls were answered. */
  readonly onRoom: () => void
  /** Called once when the thread is gone, with the calls that were sent to it and did not run, or whose results were lost with it. */
  readonly onGone: (left: readonly PendingCall[]) => void
}

/** Under its compiled name, `.js`, or as written, `.ts`, whichever this module was loaded as. */
const workerUrl = new URL(`./pure-worker${import.meta.url.slice(-3)}`, import.meta.url)

/** How often in a deadline a thread is looked at. */
const looksPerDeadline = 4

/** What was lately made in a thread, in its three spaces. V8 would take twice as much and keep all of it in memory. */
const maxYoungGenerationSizeMb = 24

/**
 * Starts a thread. Its calls run in the order they were sent. A call that passes its deadline, or goes up to a quarter
 * beyond it, or takes the heap over its limit ends the thread and is answered with `PureOverrun`; the calls whose results
 * are not here yet are handed back.
 */
export const startPureThread = (options: PureThreadOptions): PureThread => {
  const { clock, module, exportName } = options
  const progress = new Int32Array(new SharedArrayBuffer(4))
  const start: WorkerStart = {
    module,
    exportName,
    options: options.options,
    progress: progress.buffer,
  }
  const worker = new Worker(workerUrl, {
    workerData: start,
    resourceLimits: { maxOldGenerationSizeMb: options.memoryMb, maxYoungGenerationSizeMb },
  })
  /** By id, in the order in which they were sent. */
  const sent = new Map<number, PendingCall>()
  let lastId = 0
  let gone = false
  let cancelWatch: (() => void) | undefined
  /** What ran at the last look, 0 for nothing, and since when at the latest. */
  let seen = { id: 0, since: 0 }

  const running = (): number => Atomics.load(progress, 0)

  const first = (): PendingCall | undefined => sent.values().next().value

  /** Looks at what runs for as long as there are calls. Time that a thread takes to make its stages does not count. */
  const watch = (): void => {
    if (sent.size === 0) return
    const deadlines = [...sent.values()].map(({ call }) => call.deadlineMs)
    cancelWatch ??= clock.after(Math.min(...deadlines) / looksPerDeadline, look)
  }

  const look = (): void => {
    cancelWatch = undefined
    const id = running()
    if (id !== seen.id) seen = { id, since: clock.now() }
    const ran = clock.now() - seen.since
    const call = sent.get(id)?.call
    if (call && ran >= call.deadlineMs) return lose('deadline')
    if (id === 0 && ran >= options.startMs) return fail(new Error('a worker thread does not start'))
    watch()
  }

  const fail = (error: Error): void => {
    if (gone) return
    gone = true
    cancelWatch?.()
    const culprit = sent.get(running()) ?? first()
    const left = [...sent.values()].filter((each) => each !== culprit)
    sent.clear()
    culprit?.reject(error)
    void worker.terminate()
    options.onGone(left)
  }

  const lose = (limit: PureOverrun['limit']): void =>
    fail(new PureOverrun(limit, `a call passed its ${limit} limit; its thread was ended`))

  const settle = (message: ResultMessage): void => {
    const done = sent.get(message.id)
    sent.delete(message.id)
    if (message.kind === 'result') done?.resolve(message.result)
    else done?.reject(unpackError(message.thrown))
  }

  worker.on('message', (messages: readonly ResultMessage[]) => {
    if (gone) return
    messages.forEach(settle)
    seen = { id: 0, since: clock.now() }
    options.onRoom()
  })
  worker.on('error', (error: NodeJS.ErrnoException) =>
    error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? lose('memory') : fail(error),
  )
  worker.on('exit', () => fail(new Error('a worker thread ended by itself')))

  const post = (calls: readonly (readonly [number, PendingCall])[]): void =>
    worker.postMessage(
      calls.map(([id, { call, packed }]): CallMessage => {
        const { subTopology, nodes, context } = call
        return {
          id,
          moved: packed.transfer.length > 0,
          subTopology,
          nodes,
          value: packed.value,
          context,
        }
      }),
      calls.flatMap(([, { packed }]) => packed.transfer),
    )

  /** One by one when a message of several cannot be sent: only the call that is at fault is to fail. */
  const send = (calls: readonly PendingCall[]): void => {
    const numbered = calls.map((call) => [++lastId, call] as const)
    try {
      post(numbered)
      for (const [id, call] of numbered) sent.set(id, call)
    } catch (error) {
      if (calls.length === 1) calls[0]?.reject(error as Error)
      else for (const call of calls) send([call])
    }
    if (sent.size === numbered.length) seen = { id: 0, since: clock.now() }
    cancelWatch?.()
    cancelWatch = undefined
    watch()
  }

  return {
    load: () => sent.size,
    send,
    prepare: (message) => worker.postMessage(message),
    end: async () => {
      gone = true
      cancelWatch?.()
      for (const each of sent.values()) each.reject(new Error('the pure runner is closed'))
      sent.clear()
      await worker.terminate()
    },
  }
}
