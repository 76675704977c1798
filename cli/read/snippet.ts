/** A stretch of text around the words asked for, on one line. */
export interface Snippet {
  readonly text: string
  /** Where the words stand in `text`, half-open UTF-16 ranges. */
  readonly highlights: readonly (readonly [number, number])[]
}

const words = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

/** The window of at most `width` UTF-16 units that holds the most different query words; the beginning when none. */
export const snippetOf = (text: string, query: string, width = 160): Snippet => {
  const flat = text.replace(/\s+/g, ' ').trim()
  const hits = hitsOf(flat, new Set(words(query)))
  const start = bestStart(flat, hits, width)
  const end = wordEnd(flat, Math.min(flat.length, start + width))
  const [before, after] = [start > 0 ? '… ' : '', end < flat.length ? ' …' : '']
  const shift = before.length - start
  return {
    text: before + flat.slice(start, end) + after,
    highlights: hits
      .filter((hit) => hit.start >= start && hit.end <= end)
      .map((hit) => [hit.start + shift, hit.end + shift] as const),
  }
}

interface Hit {
  readonly word: string
  readonly start: number
  readonly end: number
}

const hitsOf = (text: string, wanted: ReadonlySet<string>): readonly Hit[] =>
  [...text.matchAll(/[\p{L}\p{N}]+/gu)].flatMap((match) => {
    const word = match[0].toLowerCase()
    // Lower case may have another length.
    const end = match.index + match[0].length
    return wanted.has(word) ? [{ word, start: match.index, end }] : []
  })

const bestStart = (text: string, hits: readonly Hit[], width: number): number => {
  let best = 0
  let most = 0
  for (const first of hits) {
    const inside = hits.filter((hit) => hit.start >= first.start && hit.end <= first.start + width)
    const distinct = new Set(inside.map((hit) => hit.word)).size
    if (distinct > most) [most, best] = [distinct, first.start]
  }
  return best <= width / 4 ? 0 : text.lastIndexOf(' ', best - width / 8) + 1
}

/** Ends at a word border where there is one near. */
const wordEnd = (text: string, end: number): number => {
  if (end >= text.length) return text.length
  const space = text.lastIndexOf(' ', end)
  return space > end - 30 ? space : end
}
