/**
 * Texts of documents by unpdf (pdf.js) or SheetJS. Arguments: the package, a file with a path on each line, passes. The report is that of
 * bench/documents/document-report.ts: pages that have text, or rows.
 */
import { readFileSync } from 'node:fs'

const [engine, listFile, passes] = process.argv.slice(2)
const paths = readFileSync(listFile, 'utf8').split('\n').filter(Boolean)

const pagesOf = async () => {
  const { extractText, getDocumentProxy } = await import('unpdf')
  return async (content) => {
    const document = await getDocumentProxy(new Uint8Array(content), { verbosity: 0 })
    try {
      return (await extractText(document)).text
    } finally {
      await document.destroy()
    }
  }
}

const rowsOf = async () => {
  const { default: sheets } = await import('xlsx')
  return (content) => {
    const workbook = sheets.read(content, { dense: true, cellDates: true })
    return Object.values(workbook.Sheets).flatMap((sheet) =>
      sheets.utils.sheet_to_csv(sheet, { FS: '\t' }).split('\n'),
    )
  }
}

const textsOf = await (engine === 'unpdf' ? pagesOf() : rowsOf())

async function pass() {
  const counts = { units: 0, characters: 0, failed: 0 }
  for (const path of paths) {
    const texts = await Promise.resolve(readFileSync(path))
      .then(textsOf)
      .catch(() => [])
    const filled = texts.filter((text) => text.trim() !== '')
    counts.units += filled.length
    counts.characters += filled.reduce((sum, text) => sum + text.length, 0)
    if (filled.length === 0) counts.failed++
  }
  return counts
}

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
let counts = await pass()
const coldSeconds = cpuSeconds()
let warmSeconds = coldSeconds
for (let each = 1; each < Number(passes); each++) {
  const before = cpuSeconds()
  counts = await pass()
  warmSeconds = cpuSeconds() - before
}
process.stdout.write(`${JSON.stringify({ ...counts, coldSeconds, warmSeconds })}\n`)
