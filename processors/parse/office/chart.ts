import type { DocumentDraft } from '../document-draft.ts'
import { wellFormed } from '../well-formed.ts'
import { readXml } from '../xml.ts'

const NOTHING: ReadonlySet<string> = new Set()

/**
 * Adds what a chart says in words, a line each: its titles, and the names of its series and categories, which are kept beside the
 * cells they come from. What is said again, as categories are for each series, is added once, and what is `known` from those cells not
 * at all. Numbers are left out.
 */
export const addChart = (
  draft: DocumentDraft,
  xml: Buffer,
  known: ReadonlySet<string> = NOTHING,
): void => {
  const said = new Set<string>()
  let line = ''
  let inWords = false
  /** Inside names that were taken from cells. */
  let inNames = false
  const closeLine = (): void => {
    const words = wellFormed(line).trim()
    line = ''
    if (words === '' || said.has(words) || known.has(words)) return
    said.add(words)
    draft.append(draft.length > 0 ? `\n${words}` : words)
  }
  readXml(
    xml,
    {
      open: (name) => {
        if (name === 'strCache') inNames = true
        inWords = name === 't' || (inNames && name === 'v')
      },
      close: (name) => {
        inWords = false
        if (name === 'strCache') inNames = false
        if (name === 'p' || name === 'pt') closeLine()
      },
      text: (text) => {
        if (inWords) line += text
      },
    },
    draft.budget,
  )
  closeLine()
}
