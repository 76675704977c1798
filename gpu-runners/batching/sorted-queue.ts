/** Something that waits for a batch. */
export interface Waiting {
  readonly tokens: number
  /** Order of arrival, unique. */
  readonly sequence: number
}

/** Waiting entries, sorted by length and findable by age. Entries of equal length stand in the order of arrival. */
export interface SortedQueue<T extends Waiting> {
  readonly size: () => number
  readonly tokensAt: (index: number) => number
  readonly add: (entry: T) => void
  /** Takes an entry out wherever it stands; false when it is not there. */
  readonly remove: (entry: T) => boolean
  readonly oldest: () => T | undefined
  readonly indexOf: (entry: T) => number
  /** Takes the entries of a stretch of the sorted list out. */
  readonly take: (start: number, end: number) => T[]
}

/** An array for the lengths and a queue for the ages; made for some thousands of entries. */
export function createSortedQueue<T extends Waiting>(): SortedQueue<T> {
  const sorted: T[] = []
  const waiting = new Set<T>()

  const indexOf = (entry: T): number => {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = sorted[middle] as T
      const before =
        other.tokens < entry.tokens ||
        (other.tokens === entry.tokens && other.sequence < entry.sequence)
      if (before) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    size: () => sorted.length,
    tokensAt: (index) => (sorted[index] as T).tokens,
    indexOf,
    add: (entry) => {
      sorted.splice(indexOf(entry), 0, entry)
      waiting.add(entry)
    },
    remove: (entry) => {
      if (!waiting.delete(entry)) return false
      sorted.splice(indexOf(entry), 1)
      return true
    },
    // A set keeps the order of insertion, and entries arrive in the order of their sequence.
    oldest: () => waiting.values().next().value,
    take: (start, end) => {
      const taken = sorted.splice(start, end - start)
      for (const entry of taken) waiting.delete(entry)
      return taken
    },
  }
}
