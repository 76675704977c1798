import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Collects all garbage of the thread that calls it. Nothing where this Node does not hand it out. */
export const openCollector = (): (() => void) => {
  // For contexts that are made from now on, of all threads: taken back, it might be missing in another thread that does the same.
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('globalThis.gc')
  return typeof collect === 'function' ? () => void collect() : () => undefined
}

/**
 * Answers a function that collects with every `times`th call. A thread whose own objects hardly grow old is never searched by V8
 * again, and what it has let go of stays: memory of WebAssembly, and memory that was moved to it and back.
 */
export const collectSometimes = (times: number, collect = openCollector()): (() => void) => {
  let calls = 0
  return () => {
    calls += 1
    if (calls % times === 0) collect()
  }
}
