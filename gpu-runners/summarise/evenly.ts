/**
 * Cuts a list into as few runs as a limit of size allows, and these as alike as they can be: no short one is left at the end. An
 * item over the limit is a run of its own.
 */
export function evenly<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  limit: number,
): readonly (readonly T[])[] {
  const runs = filled(items, sizeOf, limit).length
  const total = items.reduce((sum, item) => sum + sizeOf(item), 0)
  let low = Math.min(Math.ceil(total / Math.max(runs, 1)), limit)
  let high = limit
  while (low < high) {
    const middle = (low + high) >> 1
    if (filled(items, sizeOf, middle).length <= runs) high = middle
    else low = middle + 1
  }
  return filled(items, sizeOf, high)
}

/** Each run takes what still fits. */
function filled<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  limit: number,
): readonly (readonly T[])[] {
  const runs: T[][] = []
  let run: T[] = []
  let size = 0
  for (const item of items) {
    const more = sizeOf(item)
    if (run.length > 0 && size + more > limit) {
      runs.push(run)
      run = []
      size = 0
    }
    run.push(item)
    size += more
  }
  if (run.length > 0) runs.push(run)
  return runs
}
