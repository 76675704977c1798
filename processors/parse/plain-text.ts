import type { CanonicalDocument } from '../../topology/model/document.ts'
import type { Budget } from './budget.ts'
import { capWords } from './cap-words.ts'
import { DocumentDraft } from './document-draft.ts'
import { htmlToText } from './html.ts'

const MARKDOWN_HEADING = /^ {0,3}(#{1,6})[ \t]+\S/

/** Plain text as it is, without trailing blanks; line ends must be LF. */
export const parsePlainText = (text: string, budget: Budget): CanonicalDocument => {
  const draft = new DocumentDraft('text/plain', budget)
  const { text: kept, capped } = capWords(text.trimEnd())
  if (capped) draft.warn('word-capped')
  draft.append(kept)
  draft.mark({ kind: 'body', start: 0, end: draft.length, depth: 0 })
  return draft.finish()
}

/**
 * Markdown keeps its marks: they carry meaning and cost little. Headings (`#`) and table rows are marked; the first heading
 * is the subject.
 */
export const parseMarkdown = (text: string, budget: Budget): CanonicalDocument => {
  const draft = new DocumentDraft('text/markdown', budget)
  const trimmed = text.trimEnd()
  draft.append(trimmed)
  draft.mark({ kind: 'body', start: 0, end: trimmed.length, depth: 0 })
  let fenced = false
  let start = 0
  while (start < trimmed.length) {
    const found = trimmed.indexOf('\n', start)
    const end = found === -1 ? trimmed.length : found
    const look = trimmed.slice(start, Math.min(end, start + 300))
    if (/^ {0,3}(?:```|~~~)/.test(look)) fenced = !fenced
    else if (!fenced && MARKDOWN_HEADING.test(look)) {
      draft.mark({ kind: 'heading', start, end, depth: 0 })
      draft.subject ??= look.replace(/^ *#+\s*|\s*#*\s*$/g, '')
    } else if (!fenced && /^\s{0,3}\|/.test(look))
      draft.mark({ kind: 'table-row', start, end, depth: 0 })
    start = end + 1
  }
  return draft.finish()
}

/** An HTML page. Its title is the subject. */
export const parseHtml = (html: string, budget: Budget): CanonicalDocument => {
  const draft = new DocumentDraft('text/html', budget)
  const page = htmlToText(html, budget.limits.elementDepth)
  if (page.cut) budget.checkElementDepth(Infinity)
  draft.append(page.text)
  draft.mark({ kind: 'body', start: 0, end: page.text.length, depth: 0 })
  for (const span of page.spans) draft.mark(span)
  if (page.title !== undefined) draft.subject = page.title
  return draft.finish()
}
