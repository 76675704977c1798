import type { Parsed, Redacted } from '../../topology/model/draft.ts'
import { deadLetter, forward } from '../../topology/model/outcome.ts'
import type { PureStage } from '../../topology/model/stage.ts'
import { requirePolicy } from './load-policy.ts'
import type { Keys } from './policy.ts'
import { type Redaction, redactDocument } from './redact-document.ts'

export interface RedactStageOptions {
  /** The content of a policy file, as {@link loadPolicyFile} gives it. */
  readonly policy: unknown
  /** Keys of `hash` and `pseudonymise`, by id. */
  readonly keys: Keys
}

/**
 * The stage that removes personal data. What it cannot examine it does not let through: the document becomes a dead letter.
 *
 * @throws {PolicyError} when the policy is not right or a key is missing
 */
export const redactStage = ({ policy, keys }: RedactStageOptions): PureStage<Parsed, Redacted> => {
  const checked = requirePolicy(policy, keys)
  return {
    kind: 'pure',
    name: 'redact',
    version: 3,
    order: 'key',
    doc: 'Finds personal data and rewrites it as the policy says; evidence has places and types, never values.',
    deadlineMs: 30_000,
    settings: { policyVersion: checked.policyVersion },
    create: () => (value) => {
      const { tenantId, documentId } = value.event
      const secrets = { keys, tenantId, subject: documentId }
      const result = redactDocument(value.document, checked, secrets, value.ner)
      return result.kind === 'redacted' ? forward(redacted(value, result)) : blocked(result)
    },
  }
}

const redacted = (
  value: Parsed,
  { document, places, rewritten, policyVersion }: Extract<Redaction, { kind: 'redacted' }>,
): Redacted => {
  // What a model found has places of the text before: it ends here.
  const { ner, ...rest } = value
  const asked = ner === undefined ? {} : { nerModel: ner.model }
  return { findings: places, redactions: rewritten, policyVersion, ...asked, ...rest, document }
}

const blocked = ({ code, detail }: Extract<Redaction, { kind: 'refused' }>) =>
  deadLetter({
    disposition: 'PII_BLOCKED',
    code: code === 'ner-missing' ? code : 'pii-blocked',
    message: `redact: not let through: ${code} (${detail})`,
  })
