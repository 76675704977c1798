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

/** Milliseconds a file waits for others to go over with it, and how many do not wait. */
const lingerMs = 4
const mostJobs = 32

/** The bytes of all jobs in memory of their own, to be moved. */
const packJobs = (jobs: readonly WriteJob[]) => {
  const memory = new Uint8Array(jobs.reduce((sum, { bytes }) => sum + bytes.length, 0))
  let at = 0
  const packed = jobs.map((job): WriteJob => {
    const bytes = memory.subarray(at, at + job.bytes.length)
    bytes.set(job.bytes)
    at += bytes.length
    return { ...job, bytes }
  })
  return { packed, memory: memory.buffer }
}

export const createThreadWriter = (): ThreadWriter => {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let jobs: WriteJob[] = []
  let lastId = 0
  let timer: NodeJS.Timeout | undefined

  const schedulePost = (): void => void (timer = setTimeout(post, lingerMs))
  const cancelPost = (): void => clearTimeout(timer)

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

  /** What was wanted written since the last time goes over in one message and one piece of memory: waking a thread costs. */
  const post = (): void => {
    cancelPost()
    worker ??= start()
    worker.ref()
    const { packed, memory } = packJobs(jobs)
    worker.postMessage(packed, [memory])
    jobs = []
  }

  return {
    write: (temporary, path, bytes) =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        waiting.set(id, { resolve, reject })
        jobs.push({ id, temporary, path, bytes })
        if (jobs.length >= mostJobs) post()
        else if (jobs.length === 1) schedulePost()
      }),
    close: async () => {
      cancelPost()
      await worker?.terminate()
      fail(new Error('the object store is closed'))
    },
  }
}
