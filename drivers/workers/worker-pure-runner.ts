import type { PureRunner } from '../../topology/ports/pure-runner.ts'
import { workerDefaults, type WorkerPureRunnerOptions } from './options.ts'
import { pendingCall, startPureThread, type PendingCall, type PureThread } from './pure-thread.ts'

/** Calls in one message to a thread, and calls that a thread may hold: it never waits for the main thread then. */
const mostInMessage = 24
const mostSent = 96

/** Milliseconds that a call waits for others to go over with it. */
const lingerMs = 5

/**
 * Runs fused pure stages on worker threads. Large typed arrays in values and results move between the threads: the
 * caller must not use them after `run`.
 */
export const createWorkerPureRunner = (given: WorkerPureRunnerOptions): PureRunner => {
  const options = { ...workerDefaults(), ...given }
  let threads: readonly PureThread[] = []
  let waiting: PendingCall[] = []
  let closed = false
  let cancelLinger: (() => void) | undefined

  const startThread = (): PureThread => {
    const thread: PureThread = startPureThread({
      ...options,
      onRoom: dispatchSoon,
      onGone: (left) => {
        threads = threads.filter((each) => each !== thread)
        waiting = [...left, ...waiting]
        dispatch()
      },
    })
    threads = [...threads, thread]
    return thread
  }

  const threadFor = (call: PendingCall): PureThread | undefined => {
    const idle = threads.find((each) => each.load() === 0)
    if (idle) return idle
    if (threads.length < options.threads) return startThread()
    if (isMoved(call)) return undefined
    return threads.find((each) => each.load() <= mostSent - mostInMessage)
  }

  /** The first call and those behind it that can go with it, an even share of all that wait. */
  const takeMessage = (): readonly PendingCall[] => {
    const share = Math.min(mostInMessage, Math.ceil(waiting.length / options.threads))
    const moved = waiting.findIndex((call, index) => index > 0 && isMoved(call))
    return waiting.splice(0, moved === -1 ? share : Math.min(share, moved))
  }

  const dispatch = (): void => {
    cancelLinger?.()
    cancelLinger = undefined
    for (let [next] = waiting; next && !closed; [next] = waiting) {
      const thread = threadFor(next)
      if (!thread) return
      thread.send(takeMessage())
    }
  }

  const dispatchSoon = (): void => {
    if (waiting.length >= mostInMessage) dispatch()
    else if (waiting.length > 0) cancelLinger ??= options.clock.after(lingerMs, dispatch)
  }

  return {
    prepare: (subTopology, nodes) => {
      if (!closed) (threads[0] ?? startThread()).prepare({ subTopology, nodes })
    },
    run: (call) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error('the pure runner is closed'))
        waiting.push(pendingCall(call, resolve, reject))
        dispatchSoon()
      }),
    close: async () => {
      closed = true
      cancelLinger?.()
      for (const each of waiting) each.reject(new Error('the pure runner is closed'))
      waiting = []
      await Promise.all(threads.map((each) => each.end()))
    },
  }
}

/**
 * Moved memory would be lost with a thread that dies before it gets there: such a call goes to an idle thread only, as the
 * first of its message.
 */
const isMoved = ({ packed }: PendingCall): boolean => packed.transfer.length > 0
