import { Worker } from 'node:worker_threads'
import { createJobMemory, mostBytes } from './job-memory.ts'
import type { WriteAnswer, WriteJob, WrittenJobs } from './write-aside.ts'

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

/** Milliseconds a file waits for others to go over with it, and how many files do not wait. */
const lingerMs = 4
const mostJobs = 32

export const createThreadWriter = (): ThreadWriter => {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let jobs: WriteJob[] = []
  let jobBytes = 0
  const memory = createJobMemory()
  let lastId = 0
  let timer: NodeJS.Timeout | undefined

  const schedulePost = (): void => void (timer = setTimeout(post, lingerMs))
  const cancelPost = (): void => clearTimeout(timer)

  const start = (): Worker => {
    const started = new Worker(workerUrl)
    started.on('message', (written: WrittenJobs) => {
      memory.giveBack(written.memory)
      for (const answer of written.answers) {
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
    const packed = memory.pack(jobs)
    worker.postMessage(packed, [packed.memory])
    jobs = []
    jobBytes = 0
  }

  const add = (job: WriteJob): void => {
    if (jobs.length > 0 && jobBytes + job.bytes.length > mostBytes) post()
    jobs.push(job)
    jobBytes += job.bytes.length
    if (jobs.length >= mostJobs) post()
    else if (jobs.length === 1) schedulePost()
  }

  return {
    write: (temporary, path, bytes) =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        waiting.set(id, { resolve, reject })
        add({ id, temporary, path, bytes })
      }),
    close: async () => {
      cancelPost()
      await worker?.terminate()
      fail(new Error('the object store is closed'))
    },
  }
}
