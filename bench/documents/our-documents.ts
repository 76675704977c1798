import { readFileSync } from 'node:fs'
import { createParser } from '../../processors/parse/parse.ts'
import { timedPasses } from '../timed-passes.ts'
import type { DocumentReport } from './document-report.ts'

/** Ours: the whole of parse, with spans and the language. Arguments: a file with a path on each line, passes. */
const [listFile = '', passes = '2'] = process.argv.slice(2)
const paths = readFileSync(listFile, 'utf8').split('\n').filter(Boolean)
const parse = await createParser()

const pass = async () => {
  const counts = { units: 0, characters: 0, failed: 0 }
  for (const path of paths) {
    const outcome = await parse({ content: readFileSync(path) })
    if (outcome.kind !== 'parsed') {
      counts.failed++
      continue
    }
    const { type, spans, text } = outcome.document
    const unit = type === 'application/pdf' ? 'page' : 'table-row'
    for (const { kind } of spans) if (kind === unit) counts.units++
    counts.characters += text.length
  }
  return counts
}

const report: DocumentReport = await timedPasses(pass, Number(passes))
process.stdout.write(`${JSON.stringify(report)}\n`)
