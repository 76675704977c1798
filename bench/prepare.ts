import { createParser } from '../processors/parse/parse.ts'
import { defaultParseOptions } from '../processors/parse/options.ts'
import { loadPolicyFile, requirePolicy } from '../processors/redact/load-policy.ts'
import { redactDocument } from '../processors/redact/redact-document.ts'
import { createChunker } from '../processors/chunk/chunk.ts'
import { defaultChunkOptions } from '../processors/chunk/options.ts'
import { tokeniserOnce } from '../processors/tokenise/index.ts'
import { mailOf } from './mail-corpus.ts'
import { saveResult } from './save-result.ts'

/**
 * Parse, redact, tokenise and chunk alone, on one core, over generated mails:
 *
 *     node dist/bench/prepare.js [mails]
 *
 * Prints mails per CPU second, with and without redaction, and writes bench/results/prepare.json.
 */
const count = Number(process.argv[2] ?? 6_000)
const mails = Array.from({ length: count }, (_, index) => Buffer.from(mailOf(index)))
const bytes = mails.reduce((sum, mail) => sum + mail.length, 0)

const parse = await createParser({ ...defaultParseOptions, language: false })
const tokeniser = tokeniserOnce()()
const chunk = createChunker(defaultChunkOptions, tokeniser)
const keys = new Map<string, Uint8Array>()
const policy = requirePolicy(loadPolicyFile('default'), keys)

const prepare = async (content: Uint8Array, redacting: boolean): Promise<number> => {
  const parsed = await parse({ content })
  if (parsed.kind !== 'parsed') throw new Error(`a generated mail was not parsed: ${parsed.code}`)
  const redacted = redacting
    ? redactDocument(parsed.document, policy, { keys, tenantId: 'bench' })
    : { kind: 'redacted' as const, document: parsed.document }
  if (redacted.kind !== 'redacted')
    throw new Error(`a generated mail was refused: ${redacted.code}`)
  return chunk(redacted.document, tokeniser.tokenise(redacted.document.text)).length
}

const measure = async (redacting: boolean) => {
  const before = process.cpuUsage()
  let chunks = 0
  for (const mail of mails) chunks += await prepare(mail, redacting)
  const { user, system } = process.cpuUsage(before)
  const seconds = (user + system) / 1e6
  return {
    redacting,
    chunks,
    mailsPerCpuSecond: count / seconds,
    megabytesPerCpuSecond: bytes / 1e6 / seconds,
  }
}

// The first round warms caches and the compiler; the second and third are measured, with the parts in turn.
await measure(true)
const results = [
  await measure(true),
  await measure(false),
  await measure(true),
  await measure(false),
]
for (const each of results) {
  const what = each.redacting ? 'parse → redact → tokenise → chunk' : 'parse → tokenise → chunk'
  console.log(
    `${what}: ${each.mailsPerCpuSecond.toFixed(0)} mails per CPU-s, ${each.megabytesPerCpuSecond.toFixed(1)} MB per CPU-s`,
  )
}
await saveResult('prepare', results)
