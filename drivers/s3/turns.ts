/** Runs work of one key one after the other, of different keys side by side. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>

export const createTurns = (): InTurn => {
  const last = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work, work)
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
