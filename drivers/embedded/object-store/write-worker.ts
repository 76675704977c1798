import { parentPort } from 'node:worker_threads'
import type { PackedJobs } from './job-memory.ts'
import { writeAside, type WrittenJobs } from './write-aside.ts'

/* The thread of the writer: answers a list of jobs with a list of answers, and gives their memory back. */
parentPort?.on('message', ({ jobs, memory }: PackedJobs) => {
  const written: WrittenJobs = { answers: jobs.map(writeAside), memory }
  parentPort?.postMessage(written, [memory])
})
