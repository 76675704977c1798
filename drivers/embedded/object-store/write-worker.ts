import { parentPort } from 'node:worker_threads'
import { writeAside, type WriteJob } from './write-aside.ts'

/* The thread of the writer: answers a list of jobs with a list of answers. */
parentPort?.on('message', (jobs: readonly WriteJob[]) => {
  parentPort?.postMessage(jobs.map(writeAside))
})
