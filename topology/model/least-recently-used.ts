/** Values by key, the least recently used forgotten when they take more than the limit. */
export interface LeastRecentlyUsed<V> {
  readonly get: (key: string) => V | undefined
  readonly set: (key: string, value: V) => void
  readonly remove: (key: string) => void
  readonly clear: () => void
}

export const createLeastRecentlyUsed = <V>(
  limit: number,
  sizeOf: (value: V) => number,
): LeastRecentlyUsed<V> => {
  // A Map keeps the order of insertion: the first key is the one that was not used for longest.
  const values = new Map<string, V>()
  let size = 0

  const remove = (key: string): void => {
    const value = values.get(key)
    if (value === undefined) return
    values.delete(key)
    size -= sizeOf(value)
  }

  return {
    get: (key) => {
      const value = values.get(key)
      if (value === undefined) return undefined
      values.delete(key)
      values.set(key, value)
      return value
    },
    set: (key, value) => {
      remove(key)
      if (sizeOf(value) > limit) return
      values.set(key, value)
      size += sizeOf(value)
      for (const oldest of values.keys()) {
        if (size <= limit) break
        remove(oldest)
      }
    },
    remove,
    clear: () => {
      values.clear()
      size = 0
    },
  }
}
