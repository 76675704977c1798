import { createChunker } from '../../../../processors/chunk/chunk.ts'
import { defaultChunkOptions } from '../../../../processors/chunk/options.ts'
import { createParser } from '../../../../processors/parse/parse.ts'
import { loadPolicyFile, requirePolicy } from '../../../../processors/redact/load-policy.ts'
import { redactDocument } from '../../../../processors/redact/redact-document.ts'
import { tokeniserOnce } from '../../../../processors/tokenise/index.ts'
import { aMail } from '../a-mail.ts'
import { hostileContainers } from './hostile-containers.ts'
import type { HostileFile } from './hostile-file.ts'
import { hostileMails } from './hostile-mails.ts'
import { hostileTexts } from './hostile-texts.ts'

export const hostileFiles: readonly HostileFile[] = [
  ...hostileMails,
  ...hostileTexts,
  ...hostileContainers,
]

/** What became of a hostile file between parsing and chunks. */
export interface HostileOutcome {
  /** `dead letter CODE`, `partial WARNINGS` or `read`. */
  readonly outcome: string
  /** CPU milliseconds of each step. */
  readonly parse: number
  readonly redact: number
  readonly chunk: number
}

const cpuMilliseconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Takes files through the whole of prepare, after a plain mail has warmed it up. */
export const createHostileTrial = async () => {
  const parse = await createParser()
  const tokeniser = tokeniserOnce()()
  const chunk = createChunker(defaultChunkOptions, tokeniser)
  const keys = new Map<string, Uint8Array>()
  const policy = requirePolicy(loadPolicyFile('default'), keys)

  const run = async (content: Buffer): Promise<HostileOutcome> => {
    const start = cpuMilliseconds()
    const parsed = await parse({ content })
    const read = cpuMilliseconds()
    if (parsed.kind === 'unreadable') {
      return { outcome: `dead letter ${parsed.code}`, parse: read - start, redact: 0, chunk: 0 }
    }
    const redacted = redactDocument(parsed.document, policy, { keys, tenantId: 'hostile' })
    const clean = cpuMilliseconds()
    if (redacted.kind !== 'redacted') {
      const outcome = `dead letter ${redacted.code}`
      return { outcome, parse: read - start, redact: clean - read, chunk: 0 }
    }
    const { document } = redacted
    chunk(document, tokeniser.tokenise(document.text))
    const { warnings, attachments } = document
    const marks = [...warnings, ...attachments.map(({ status }) => status)]
    const partial = [...new Set(marks.filter((mark) => mark !== 'read'))]
    return {
      outcome: partial.length > 0 ? `partial ${partial.slice(0, 3).join(',')}` : 'read',
      parse: read - start,
      redact: clean - read,
      chunk: cpuMilliseconds() - clean,
    }
  }

  /** Says what a plain mail becomes, which must not change whatever came before. */
  const neighbour = async (): Promise<string> => {
    const content = Buffer.from(aMail('Call +49 30 1234 5678.\n> quoted', { Subject: 'plain' }))
    const parsed = await parse({ content })
    if (parsed.kind === 'unreadable') return parsed.code
    const redacted = redactDocument(parsed.document, policy, { keys, tenantId: 'hostile' })
    return redacted.kind === 'redacted' ? redacted.document.text : redacted.code
  }
  return { run, neighbour }
}
