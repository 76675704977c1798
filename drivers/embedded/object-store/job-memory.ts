import type { WriteJob } from './write-aside.ts'

/** Jobs whose bytes lie one behind the other in one piece of memory, to be moved to another thread. */
export interface PackedJobs {
  readonly jobs: readonly WriteJob[]
  readonly memory: ArrayBuffer
}

/** Memory that goes to the thread with jobs and comes back with their answers. */
export interface JobMemory {
  readonly pack: (jobs: readonly WriteJob[]) => PackedJobs
  /** What came back is used for jobs to come. */
  readonly giveBack: (memory: ArrayBuffer) => void
}

/** Jobs that go over together have no more bytes than this, unless one alone has. */
export const mostBytes = 1024 * 1024
/** Pieces kept: the thread writes one while the next is filled; with a slow disk there are more under way. */
const mostKept = 4

/**
 * Left to the collector of garbage, memory that was moved would pile up to 64 MB in the thread: it makes next to no
 * objects there, so it hardly ever collects.
 */
export const createJobMemory = (): JobMemory => {
  const spare: ArrayBuffer[] = []

  const take = (bytes: number): ArrayBuffer =>
    bytes > mostBytes ? new ArrayBuffer(bytes) : (spare.pop() ?? new ArrayBuffer(mostBytes))

  return {
    pack: (jobs) => {
      const memory = take(bytesOf(jobs))
      let at = 0
      const packed = jobs.map((job): WriteJob => {
        const bytes = new Uint8Array(memory, at, job.bytes.length)
        bytes.set(job.bytes)
        at += bytes.length
        return { ...job, bytes }
      })
      return { jobs: packed, memory }
    },
    giveBack: (memory) => {
      if (memory.byteLength === mostBytes && spare.length < mostKept) spare.push(memory)
    },
  }
}

const bytesOf = (jobs: readonly WriteJob[]): number =>
  jobs.reduce((sum, { bytes }) => sum + bytes.length, 0)
