/** Runs work that shares a key one after the other, in the order of the calls; other work side by side. */
export type InTurn = <T>(keys: Iterable<string>, work: () => Promise<T>) => Promise<T>

export const createInTurn = (): InTurn => {
  const last = new Map<string, Promise<unknown>>()
  return async (keys, work) => {
    const mine = [...new Set(keys)]
    const before = mine.map((key) => last.get(key) ?? Promise.resolve())
    // One that failed has told its own caller.
    const done = Promise.allSettled(before).then(work)
    for (const key of mine) last.set(key, done)
    try {
      return await done
    } finally {
      for (const key of mine) if (last.get(key) === done) last.delete(key)
    }
  }
}
