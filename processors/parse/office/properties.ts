import type { DocumentDraft } from '../document-draft.ts'
import { readXml } from '../xml.ts'

/** Characters of one property that are kept. */
const MOST_CHARACTERS = 1000

/**
 * Title, author and dates of an office document, from the core properties of OOXML (`docProps/core.xml`) or from `meta.xml` of
 * OpenDocument; the names are those of Dublin Core in both.
 */
export const readProperties = (draft: DocumentDraft, xml: Buffer | undefined): void => {
  if (xml === undefined) return
  const values = new Map<string, string>()
  let open = ''
  readXml(
    xml,
    {
      open: (name) => {
        open = name
      },
      close: () => {
        open = ''
      },
      text: (text) => {
        const before = values.get(open) ?? ''
        if (open !== '' && before.length < MOST_CHARACTERS)
          values.set(open, (before + text).slice(0, MOST_CHARACTERS))
      },
    },
    draft.budget,
  )
  const title = values.get('title')?.trim()
  if (title) draft.subject = title
  for (const name of ['creator', 'initial-creator']) {
    const author = values.get(name)?.trim()
    if (author) draft.addParticipant({ role: 'author', name: author })
  }
  const created = isoTime(values.get('created') ?? values.get('creation-date'))
  if (created !== undefined) draft.sent = created
  const modified = isoTime(values.get('modified') ?? values.get('date'))
  if (modified !== undefined) draft.last = modified
}

/** W3CDTF in UTC. LibreOffice leaves the zone away; read as UTC, it is the same on every machine. Anything else says nothing. */
const isoTime = (value: string | undefined): number | undefined => {
  const found = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?=(?:[.,]\d{1,9})?Z?$)/.exec(
    value?.trim() ?? '',
  )
  if (found === null) return undefined
  const at = Date.parse(`${found[0]}Z`)
  return Number.isFinite(at) ? at : undefined
}
