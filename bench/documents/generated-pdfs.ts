import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { aPdf } from '../../test/processors/parse/a-pdf.ts'
import { mailOf } from '../mail-corpus.ts'

const FILES = 20
const PAGES = 20
const LINES = 45

/** Pages of 45 lines of generated mails. The lines of a page are operators of its content stream: each shows a text and goes down. */
const pageOf = (index: number): string =>
  mailOf(index)
    .replace(/[()\\]/g, ' ')
    .match(/\S.{0,79}/g)!
    .slice(0, LINES)
    .join(') Tj 0 -14 Td (')

/** Writes PDFs of text pages, the same on every machine, for where there are no real ones. */
export const writePdfs = async (folder: string): Promise<void> => {
  for (let file = 0; file < FILES; file++) {
    const pages = Array.from({ length: PAGES }, (_, page) => pageOf(file * PAGES + page))
    await writeFile(join(folder, `${file}.pdf`), aPdf(pages), 'latin1')
  }
}
