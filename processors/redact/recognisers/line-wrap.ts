const MOST_QUOTES = 8

/** Where the next line goes on behind its marks of quoting, when a line ends at `end`, behind at most one blank or dash; -1 when none does. */
export const nextLine = (text: string, end: number): number => {
  const last = text.charCodeAt(end)
  let at = last === 32 || last === 45 ? end + 1 : end
  if (text.charCodeAt(at) === 13) at++
  if (text.charCodeAt(at) !== 10) return -1
  const from = ++at
  while (at - from < MOST_QUOTES && (text.charCodeAt(at) === 62 || text.charCodeAt(at) === 32)) at++
  return at
}
