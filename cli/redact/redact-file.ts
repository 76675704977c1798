import type { Config } from '../../config/schema.ts'
import { requirePolicy } from '../../processors/redact/load-policy.ts'
import { redactDocument } from '../../processors/redact/redact-document.ts'
import { exitCodes, CommandError } from '../exit-codes.ts'
import type { Output } from '../output.ts'
import { pipelineOptionsOf } from '../pipeline-options.ts'
import type { TrySource } from '../try/item.ts'
import { createTextReader } from '../try/read-document.ts'
import type { TryFailure } from '../try/try-result.ts'
import { namesInDocument } from './document-names.ts'
import { sideBySide } from './side-by-side.ts'

export interface RedactFileOptions {
  readonly explain: boolean
  /** Of the terminal; `colours` is false where there is none. */
  readonly width: number
  readonly colours: boolean
}

const whyUnread = (source: TrySource, { code, message }: TryFailure): string =>
  source.kind === 'file' ? `${source.path}: ${message}` : `${code}: ${message}`

/** Redacts one file or text and prints it: as it leaves the pipeline, or beside what it was with the reason of each finding. */
export const redactFile = async (
  source: TrySource,
  config: Config,
  output: Output,
  { explain, width, colours }: RedactFileOptions,
): Promise<number> => {
  const read = await createTextReader(config)(source)
  if (read.kind === 'failed')
    throw new CommandError(exitCodes.incomplete, whyUnread(source, read.failure))
  const { redact } = pipelineOptionsOf(config)
  const policy = requirePolicy(redact.policy, redact.keys)
  const names = await namesInDocument(config, read.value)
  const secrets = { keys: redact.keys, tenantId: config.tenant }
  const redaction = redactDocument(read.value, policy, secrets, names)
  if (redaction.kind === 'refused')
    throw new CommandError(exitCodes.incomplete, `${redaction.code}: ${redaction.detail}`)
  const { document, findings, counts, policyVersion, toRedacted } = redaction
  output.value({ text: document.text, findings, counts, policyVersion })
  if (!explain) output.line(document.text)
  else {
    const texts = { before: read.value.text, after: document.text, findings, toAfter: toRedacted }
    for (const line of sideBySide(texts, { width, colours })) output.painted(line)
    const total = Object.entries(counts).map(([type, count]) => `${type} ${count}`)
    output.line(`\n${policyVersion}: ${total.join(', ') || 'nothing found'}`)
  }
  return exitCodes.ok
}
