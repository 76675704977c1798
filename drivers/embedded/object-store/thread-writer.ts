import { Worker } from 'node:worker_threads'
import type { WriteAnswer, WriteJob } from './write-aside.ts'

/**
 * Writes files on a thread of its own: five small calls to the system in a row there cost half of what they cost through
 * Node's asynchronous file functions, and a slow disk does not hold up the main thread.
 */
export interface ThreadWriter {
  /** False when the name is taken. Throws an error with the system's `code`. */
  readonly write: (temporary: string, path: string, bytes: Uint8Array) => Promise<boolean>
  readonly close: () => Promise<void>
}

interface Waiting {
  readonly resolve: (created: boolean) => void
  readonly reject: (error: Error) => void
}

const workerUrl = new URL(`./write-worker${import.meta.url.slice(-3)}`, import.meta.url)

const settle = (waiting: Waiting | undefined, answer: WriteAnswer): void => {
  if (answer.kind === 'failed')
    waiting?.reject(Object.assign(new Error(`${answer.code} while writing`), { code: answer.code }))
  else waiting?.resolve(answer.kind === 'written')
}

export const createThreadWriter = (): ThreadWriter => {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let jobs: WriteJob[] = []
  let lastId = 0

  const start = (): Worker => {
    const started = new Worker(workerUrl)
    started.on('message', (answers: readonly WriteAnswer[]) => {
      for (const answer of answers) {
        const each = waiting.get(answer.id)
        waiting.delete(answer.id)
        settle(each, answer)
      }
      if (waiting.size === 0) started.unref()
    })
    started.on('error', fail)
    return started
  }

  const fail = (error: Error): void => {
    worker = undefined
    for (const each of waiting.values()) each.reject(error)
    waiting.clear()
  }

  /** What one turn of the event loop wants written goes over in one message. */
  const post = (): void => {
    worker ??= start()
    worker.ref()
    worker.postMessage(
      jobs,
      jobs.map(({ bytes }) => bytes.buffer as ArrayBuffer),
    )
    jobs = []
  }

  return {
    write: (temporary, path, bytes) =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        waiting.set(id, { resolve, reject })
        // A copy of its own memory, to be moved.
        jobs.push({ id, temporary, path, bytes: new Uint8Array(bytes) })
        if (jobs.length === 1) setImmediate(post)
      }),
    close: async () => {
      await worker?.terminate()
      fail(new Error('the object store is closed'))
    },
  }
}
