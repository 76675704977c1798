import type { CanonicalDocument } from '../../../topology/model/document.ts'
import type { Budget } from '../budget.ts'
import { DocumentDraft } from '../document-draft.ts'
import { ParseRefusal } from '../parse-code.ts'
import { readXml } from '../xml.ts'
import type { ZipParts } from '../zip-parts.ts'
import { addChart } from './chart.ts'
import { DocumentLines } from './document-lines.ts'
import { readProperties } from './properties.ts'
import { readRelations, relationId } from './relations.ts'

export const PPTX_TYPE = 'application/vnd.openxmlformats-officedocument.presentationml.presentation'

/** Parts of a slide that hold its text besides the slide itself, in the order in which they are read. */
const BESIDES = ['diagramData', 'chart', 'notesSlide', 'comments']

/**
 * Reads a presentation slide by slide, each under a `page` span with its number: titles as headings, table rows with tabs, diagrams,
 * words of charts, then notes and comments. What layouts and masters say is not read, nor slide numbers.
 *
 * @throws ParseRefusal `broken`, `encrypted`, `expansion`, `too-deep`, `too-large`, `too-many-pages`
 */
export const parsePptx = async (zip: ZipParts, budget: Budget): Promise<CanonicalDocument> => {
  const draft = new DocumentDraft(PPTX_TYPE, budget)
  const main = 'ppt/presentation.xml'
  const xml = await zip.read(main)
  if (xml === undefined) throw new ParseRefusal('broken', PPTX_TYPE)
  readProperties(draft, await zip.read('docProps/core.xml'))
  const relations = await readRelations(zip, main, budget)
  const targets = new Map(relations.map((relation) => [relation.id, relation.target]))
  const seen = new Set<string>()
  const addOnce = async (name: string, add = addPart): Promise<void> => {
    if (seen.has(name)) return
    seen.add(name)
    const part = await zip.read(name)
    if (part !== undefined) add(draft, part)
  }
  for (const [index, id] of slideIds(xml, budget).entries()) {
    const slide = targets.get(id) ?? ''
    const start = draft.length
    await addOnce(slide)
    const besides = await readRelations(zip, slide, budget)
    for (const type of BESIDES)
      for (const relation of besides)
        if (relation.type === type)
          await addOnce(relation.target, type === 'chart' ? addChart : addPart)
    const first = start === 0 ? 0 : start + 1
    draft.mark({ kind: 'page', start: first, end: draft.length, depth: 0, path: String(index + 1) })
  }
  return draft.finish()
}

/** Relation ids of the slides in the order in which they are shown. */
const slideIds = (xml: Buffer, budget: Budget): readonly string[] => {
  const ids: string[] = []
  readXml(
    xml,
    {
      open: (name, attributes) => {
        if (name !== 'sldId') return
        ids.push(relationId(attributes))
        budget.checkPages(ids.length)
      },
    },
    budget,
  )
  return ids
}

/** Placeholders whose text is the same on every slide, or a number. */
const SKIPPED_PLACEHOLDERS = new Set(['sldNum', 'dt', 'hdr', 'ftr', 'sldImg'])

/** Adds the paragraphs of one slide, notes page, diagram or list of comments. */
const addPart = (draft: DocumentDraft, xml: Buffer): void => {
  const lines = new DocumentLines(draft)
  let inText = false
  let placeholder = ''
  readXml(
    xml,
    {
      open: (name, { type = '' }) => {
        if (name === 't' || name === 'text') inText = true
        else if (name === 'sp') placeholder = ''
        else if (name === 'ph') placeholder = type
        else if (name === 'br') lines.add('\n')
        else if (name === 'tr') lines.openRow()
      },
      close: (name) => {
        if (name === 't' || name === 'text') inText = false
        if (name === 'p' || name === 'text' || name === 'pt')
          lines.closeParagraph(placeholder === 'title' || placeholder === 'ctrTitle')
        else if (name === 'tc') lines.closeCell()
        else if (name === 'tr') lines.closeRow()
        else if (name === 'sp') placeholder = ''
      },
      text: (text) => {
        if (inText && !SKIPPED_PLACEHOLDERS.has(placeholder)) lines.add(text)
      },
    },
    draft.budget,
  )
  lines.closeAll()
}
