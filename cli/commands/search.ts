import type { ModelServer } from '../../topology/ports/model-server.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Output } from '../output.ts'
import type { ArchiveView } from '../read/archive-view.ts'
import { search, type SearchHit, type SearchOptions } from '../read/search.ts'

/** The chunks closest to the words. */
export const searchCommand = async (
  view: ArchiveView,
  models: ModelServer,
  output: Output,
  words: string,
  options: SearchOptions,
): Promise<number> => {
  const vectors = await view.vectors.count()
  const hits = vectors === 0 ? [] : await search(view, models, words, options)
  output.value({ hits, vectors })
  if (vectors === 0) output.line('the archive has no vectors yet: nothing was embedded')
  else if (hits.length === 0) output.line('nothing found')
  const bold = process.stdout.isTTY === true
  for (const hit of hits) {
    const { similarity, words: byWords } = hit
    const found = `${column('vector', similarity)}  ${column('words', byWords)}`
    output.line(`${found}  ${hit.documentId}  chunk ${hit.ordinal}  ${hit.type}`)
    if (hit.uri !== null) output.line(`       ${hit.uri}`)
    output.line(`       ${highlighted(hit.snippet, bold)}`)
  }
  return exitCodes.ok
}

const column = (name: string, score: number | null): string =>
  `${name} ${score === null ? '-' : score.toFixed(2)}`.padEnd(name.length + 6)

const highlighted = ({ text, highlights }: SearchHit['snippet'], bold: boolean): string => {
  if (!bold) return text
  let out = ''
  let from = 0
  for (const [start, end] of highlights) {
    out += `${text.slice(from, start)}\u001B[1m${text.slice(start, end)}\u001B[22m`
    from = end
  }
  return out + text.slice(from)
}
