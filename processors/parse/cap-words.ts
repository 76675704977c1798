/** UTF-16 units without white space that are still read as words; what is longer is packed data or made to hurt. */
export const LONGEST_WORD = 1024 * 1024

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)

/**
 * The text with each run that has no blank and is longer than {@link LONGEST_WORD} cut to that length, and whether there was one. Looks at one
 * place in a million of any other text.
 */
export const capWords = (text: string): { readonly text: string; readonly capped: boolean } => {
  const kept: string[] = []
  let done = 0
  let start = 0
  while (start + LONGEST_WORD < text.length) {
    const blank = lastBlank(text, start, start + LONGEST_WORD)
    if (blank >= 0) {
      start = blank + 1
      continue
    }
    kept.push(text.slice(done, endOfKept(text, start + LONGEST_WORD)))
    done = nextBlank(text, start + LONGEST_WORD)
    start = done + 1
  }
  if (kept.length === 0) return { text, capped: false }
  kept.push(text.slice(done))
  return { text: kept.join(''), capped: true }
}

const lastBlank = (text: string, start: number, end: number): number => {
  for (let at = end; at >= start; at--) if (isBlank(text.charCodeAt(at))) return at
  return -1
}

const nextBlank = (text: string, start: number): number => {
  let at = start
  while (at < text.length && !isBlank(text.charCodeAt(at))) at++
  return at
}

/** Never between the halves of a character. */
const endOfKept = (text: string, end: number): number =>
  (text.charCodeAt(end) & 0xfc00) === 0xdc00 ? end - 1 : end
