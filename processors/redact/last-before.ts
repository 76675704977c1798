/**
 * Says which of sorted places is the last one at an offset or before it, -1 for none. Offsets mostly come in order: the answer before and
 * the next one are tried before all of them are searched.
 */
export const createLastBefore = (places: ArrayLike<number>): ((offset: number) => number) => {
  let last = -1
  const isLast = (at: number, offset: number): boolean =>
    at < places.length &&
    (at < 0 || places[at]! <= offset) &&
    (at + 1 >= places.length || places[at + 1]! > offset)
  return (offset) => {
    if (isLast(last, offset)) return last
    last = isLast(last + 1, offset) ? last + 1 : search(places, offset)
    return last
  }
}

const search = (places: ArrayLike<number>, offset: number): number => {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (places[middle]! <= offset) low = middle + 1
    else high = middle
  }
  return low - 1
}
