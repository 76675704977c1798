import type { DocumentDraft } from '../document-draft.ts'
import { wellFormed } from '../well-formed.ts'

/** Which span a line gets besides the text itself. */
type LineKind = 'heading' | 'table-row' | undefined

/**
 * Writes paragraphs and table rows of an office document as lines: text is gathered until its paragraph ends, a paragraph inside
 * a cell until its row ends. Rows may be nested; an inner row becomes part of the cell around it.
 */
export class DocumentLines {
  readonly #draft: DocumentDraft
  readonly #rows: { cells: string[]; cell: string[] }[] = []
  #paragraph = ''

  constructor(draft: DocumentDraft) {
    this.#draft = draft
  }

  /** Adds to the paragraph. */
  add(text: string): void {
    this.#paragraph += text
    this.#draft.budget.checkCharacters(this.#paragraph.length)
  }

  closeParagraph(heading = false): void {
    const paragraph = wellFormed(this.#paragraph)
    this.#paragraph = ''
    const row = this.#rows.at(-1)
    if (row === undefined) this.#write(paragraph, heading ? 'heading' : undefined)
    else if (paragraph.trim() !== '') row.cell.push(paragraph.trim())
  }

  openRow(): void {
    this.#rows.push({ cells: [], cell: [] })
  }

  closeCell(): void {
    const row = this.#rows.at(-1)
    if (row === undefined) return
    row.cells.push(row.cell.join(' '))
    row.cell = []
  }

  closeRow(): void {
    const row = this.#rows.pop()
    if (row === undefined) return
    const text = row.cells.join('\t')
    const outer = this.#rows.at(-1)
    if (outer === undefined) this.#write(text, row.cells.length > 1 ? 'table-row' : undefined)
    else if (text.trim() !== '') outer.cell.push(text)
  }

  /** Writes what was left open, as at the end of a damaged part. */
  closeAll(): void {
    this.closeParagraph()
    while (this.#rows.length > 0) {
      this.closeCell()
      this.closeRow()
    }
  }

  #write(text: string, kind: LineKind): void {
    if (text.trim() === '') return
    const draft = this.#draft
    if (draft.length > 0) draft.append('\n')
    const start = draft.length
    draft.append(text.trimEnd())
    if (kind !== undefined) draft.mark({ kind, start, end: draft.length, depth: 0 })
  }
}
