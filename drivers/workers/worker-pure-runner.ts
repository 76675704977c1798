import type { PureRunner } from '../../topology/ports/pure-runner.ts'
import { workerDefaults, type WorkerPureRunnerOptions } from './options.ts'
import { pendingCall, startPureThread, type PendingCall, type PureThread } from './pure-thread.ts'

/** Calls a thread may hold: one that runs and one ready behind it, so that it never waits for the main thread. */
const mostSent = 2

/**
 * Runs fused pure stages on worker threads. Large typed arrays in values and results move between the threads: the
 * caller must not use them after `run`.
 */
export const createWorkerPureRunner = (given: WorkerPureRunnerOptions): PureRunner => {
  const options = { ...workerDefaults(), ...given }
  let threads: readonly PureThread[] = []
  let waiting: readonly PendingCall[] = []
  let closed = false

  const startThread = (): PureThread => {
    const thread: PureThread = startPureThread({
      ...options,
      onRoom: dispatch,
      onGone: (left) => {
        threads = threads.filter((each) => each !== thread)
        waiting = [...left, ...waiting]
        dispatch()
      },
    })
    threads = [...threads, thread]
    return thread
  }

  /** Moved memory would be lost with a thread that dies before it gets there: such calls go to idle threads only. */
  const threadFor = ({ packed }: PendingCall): PureThread | undefined => {
    const idle = threads.find((each) => each.load() === 0)
    if (idle) return idle
    if (threads.length < options.threads) return startThread()
    if (packed.transfer.length > 0) return undefined
    return threads.find((each) => each.load() < mostSent)
  }

  const dispatch = (): void => {
    for (let [next] = waiting; next && !closed; [next] = waiting) {
      const thread = threadFor(next)
      if (!thread) return
      waiting = waiting.slice(1)
      thread.send(next)
    }
  }

  return {
    run: (call) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error('the pure runner is closed'))
        waiting = [...waiting, pendingCall(call, resolve, reject)]
        dispatch()
      }),
    close: async () => {
      closed = true
      for (const each of waiting) each.reject(new Error('the pure runner is closed'))
      waiting = []
      await Promise.all(threads.map((each) => each.end()))
    },
  }
}
