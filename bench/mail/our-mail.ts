import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createChunker } from '../../processors/chunk/chunk.ts'
import { defaultChunkOptions } from '../../processors/chunk/options.ts'
import { createParser } from '../../processors/parse/parse.ts'
import { loadPolicyFile, requirePolicy } from '../../processors/redact/load-policy.ts'
import { redactDocument } from '../../processors/redact/redact-document.ts'
import { tokeniserOnce } from '../../processors/tokenise/index.ts'
import { timedPasses } from '../timed-passes.ts'
import type { MailReport } from './mail-report.ts'

/**
 * Ours: parse with attachments, quotes and language, redact by the default policy, tokenise, chunk, hash. Arguments: a file
 * with a path on each line, a tokenizer.json, passes.
 */
const [listFile = '', tokenizerFile = '', passes = '2'] = process.argv.slice(2)
const paths = readFileSync(listFile, 'utf8').split('\n').filter(Boolean)

const parse = await createParser()
const tokeniser = tokeniserOnce({ tokenizerFile })()
const chunk = createChunker(defaultChunkOptions, tokeniser)
const keys = new Map<string, Uint8Array>()
const policy = requirePolicy(loadPolicyFile('default'), keys)

const pass = async () => {
  const counts = { bytes: 0, chunks: 0, tokens: 0, failed: 0 }
  for (const path of paths) {
    const content = readFileSync(path)
    counts.bytes += content.length
    const parsed = await parse({ content })
    const redacted =
      parsed.kind === 'parsed'
        ? redactDocument(parsed.document, policy, { keys, tenantId: 'bench' })
        : parsed
    if (redacted.kind !== 'redacted') {
      counts.failed++
      continue
    }
    const { document } = redacted
    const tokens = tokeniser.tokenise(document.text)
    counts.tokens += tokens.ids.length
    for (const { start, end } of chunk(document, tokens)) {
      hash('sha256', document.text.slice(start, end))
      counts.chunks++
    }
  }
  return counts
}

const timed = await timedPasses(pass, Number(passes))
const report: MailReport = { mails: paths.length, ...timed }
process.stdout.write(`${JSON.stringify(report)}\n`)
