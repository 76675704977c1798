/** Something that waits for a batch. */
export interface Waiting {
  readonly tokens: number
  /** Order of arrival, unique. */
  readonly sequence: number
}

/** Waiting entries, sorted by length and findable by age. Entries of equal length stand in the order of arrival. */
export interface SortedQueue<T extends Waiting> {
  readonly size: () => number
  /** In the order of arrival. */
  readonly all: () => Iterable<T>
  readonly tokensAt: (index: number) => number
  readonly add: (entry: T) => void
  /** Takes an entry out wherever it stands; false when it is not there. */
  readonly remove: (entry: T) => boolean
  readonly oldest: () => T | undefined
  readonly indexOf: (entry: T) => number
  /** Takes the entries of a stretch of the sorted list out. */
  readonly take: (start: number, end: number) => T[]
}

/**
 * An array for the lengths and a queue for the ages; made for some thousands of entries. What is added is sorted in when somebody
 * looks, all at once: while no batch can leave, nobody does.
 */
export function createSortedQueue<T extends Waiting>(): SortedQueue<T> {
  let sorted: T[] = []
  let added: T[] = []
  const waiting = new Set<T>()

  const inOrder = (): T[] => {
    if (added.length > 0) {
      sorted = merged(sorted, added.sort(compare))
      added = []
    }
    return sorted
  }

  const indexOf = (entry: T): number => {
    const all = inOrder()
    let low = 0
    let high = all.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(all[middle] as T, entry) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    size: () => waiting.size,
    all: () => waiting,
    tokensAt: (index) => (inOrder()[index] as T).tokens,
    indexOf,
    add: (entry) => {
      added.push(entry)
      waiting.add(entry)
    },
    remove: (entry) => {
      if (!waiting.delete(entry)) return false
      const at = indexOf(entry)
      sorted.splice(at, 1)
      return true
    },
    // A set keeps the order of insertion, and entries arrive in the order of their sequence.
    oldest: () => waiting.values().next().value,
    take: (start, end) => {
      const taken = inOrder().splice(start, end - start)
      for (const entry of taken) waiting.delete(entry)
      return taken
    },
  }
}

const compare = (a: Waiting, b: Waiting): number => a.tokens - b.tokens || a.sequence - b.sequence

const merged = <T extends Waiting>(left: readonly T[], right: readonly T[]): T[] => {
  const all: T[] = []
  let at = 0
  for (const entry of right) {
    while (at < left.length && compare(left[at] as T, entry) < 0) all.push(left[at++] as T)
    all.push(entry)
  }
  while (at < left.length) all.push(left[at++] as T)
  return all
}
