import type { ModelServer } from '../../topology/ports/model-server.ts'
import { exitCodes } from '../exit-codes.ts'
import { harmless, type Output } from '../output.ts'
import type { ArchiveView } from '../read/archive-view.ts'
import { search, type SearchHit, type SearchOptions } from '../read/search.ts'

/** The chunks closest to the words; with `bold`, what was found of them stands out. */
export const searchCommand = async (
  view: ArchiveView,
  models: ModelServer,
  output: Output,
  words: string,
  { bold, ...options }: SearchOptions & { readonly bold: boolean },
): Promise<number> => {
  const vectors = await view.vectors.count()
  const hits = vectors === 0 ? [] : await search(view, models, words, options)
  output.value({ hits, vectors })
  if (vectors === 0) output.line('the archive has no vectors yet: nothing was embedded')
  else if (hits.length === 0) output.line('nothing found')
  for (const hit of hits) {
    const { similarity, words: byWords } = hit
    const found = `${column('vector', similarity)}  ${column('words', byWords)}`
    output.line(`${found}  ${hit.documentId}  chunk ${hit.ordinal}  ${hit.type}`)
    if (hit.uri !== null) output.line(`       ${hit.uri}`)
    output.painted(`       ${snippetLine(hit.snippet, bold)}`)
  }
  return exitCodes.ok
}

const column = (name: string, score: number | null): string =>
  `${name} ${score === null ? '-' : score.toFixed(2)}`.padEnd(name.length + 6)

const snippetLine = (snippet: SearchHit['snippet'], bold: boolean): string => {
  // One UTF-16 unit for another: the ranges still hold.
  const text = harmless(snippet.text)
  return bold ? highlighted(text, snippet.highlights) : text
}

const highlighted = (text: string, highlights: SearchHit['snippet']['highlights']): string => {
  let out = ''
  let from = 0
  for (const [start, end] of highlights) {
    out += `${text.slice(from, start)}\u001B[1m${text.slice(start, end)}\u001B[22m`
    from = end
  }
  return out + text.slice(from)
}
