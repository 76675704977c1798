import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createParser } from '../../processors/parse/parse.ts'
import { loadPolicyFile, requirePolicy } from '../../processors/redact/load-policy.ts'
import { redactDocument } from '../../processors/redact/redact-document.ts'
import { tokeniserOnce } from '../../processors/tokenise/index.ts'
import * as column from '../../sinks/parquet/column.ts'
import { createParquetFile } from '../../sinks/parquet/parquet-file.ts'
import { zstdReady } from '../../sinks/parquet/zstd.ts'
import type { BatchReport } from './batch-report.ts'

/**
 * Ours: parse with attachments, quotes and language, redact by the default policy, tokenise, and Parquet files of a thousand rows with the
 * redacted text and its tokens. Arguments: a folder of mails, a folder to write to.
 */
const [folder = '', out = ''] = process.argv.slice(2)
const ROWS = 1000

interface Row {
  readonly path: string
  readonly text: string
  readonly tokens: readonly string[]
}

const columns = [
  column.unique(column.text<Row>('path', (row) => row.path)),
  column.unique(column.text<Row>('redacted', (row) => row.text)),
  column.texts<Row>('tokens', (row) => row.tokens),
  column.int<Row>('token_count', (row) => row.tokens.length),
]

const parse = await createParser()
const tokeniser = tokeniserOnce()()
const keys = new Map<string, Uint8Array>()
const policy = requirePolicy(loadPolicyFile('default'), keys)

const rowOf = async (name: string): Promise<Row | undefined> => {
  const path = join(folder, name)
  const parsed = await parse({ content: readFileSync(path) })
  if (parsed.kind !== 'parsed') return undefined
  const redacted = redactDocument(parsed.document, policy, { keys, tenantId: 'bench' })
  if (redacted.kind !== 'redacted') return undefined
  const { text } = redacted.document
  const { ids, offsets } = tokeniser.tokenise(text)
  const tokens = Array.from(ids, (_, at) => text.slice(offsets[2 * at], offsets[2 * at + 1]))
  return { path, text, tokens }
}

let written = 0
const writeRows = (rows: readonly Row[]): void => {
  const file = createParquetFile(columns)
  file.addRowGroup(rows)
  writeFileSync(join(out, `part-${String(written).padStart(6, '0')}.parquet`), file.finish({}))
  written += rows.length
}

await zstdReady()
mkdirSync(out, { recursive: true })
let rows: Row[] = []
for (const name of readdirSync(folder).toSorted()) {
  const row = await rowOf(name)
  if (row !== undefined) rows.push(row)
  if (rows.length < ROWS) continue
  writeRows(rows)
  rows = []
}
if (rows.length > 0) writeRows(rows)

const { user, system } = process.cpuUsage()
const report: BatchReport = { mails: written, cpuSeconds: (user + system) / 1e6 }
process.stdout.write(`${JSON.stringify(report)}\n`)
