const SPACE = /\s/

/** Where a stretch that begins at `from` ends: before white space in its last quarter, never inside a surrogate pair. */
export const stretchEnd = (text: string, from: number, most: number): number => {
  const end = from + most
  if (end >= text.length) return text.length
  for (let at = end; at > end - (most >> 2); at--) if (SPACE.test(text.charAt(at))) return at
  return insidePair(text, end) ? end - 1 : end
}

export const insidePair = (text: string, at: number): boolean =>
  (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800

/** The stretch without white space at its ends, and with both halves of every pair. Undefined when nothing is left. */
export const trimmed = (
  text: string,
  from: number,
  to: number,
): { readonly start: number; readonly end: number } | undefined => {
  let [start, end] = [from, to]
  while (start < end && SPACE.test(text.charAt(start))) start++
  while (end > start && SPACE.test(text.charAt(end - 1))) end--
  if (start === end) return undefined
  return {
    start: insidePair(text, start) ? start - 1 : start,
    end: insidePair(text, end) ? end + 1 : end,
  }
}
