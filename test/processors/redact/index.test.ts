import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { redactStage } from '../../../processors/redact/index.ts'
import { PolicyError, loadPolicyFile } from '../../../processors/redact/load-policy.ts'
import type { Parsed } from '../../../topology/model/draft.ts'
import { plainDocument } from '../../../topology/model/plain-document.ts'

const CONTEXT = { attempt: 1, key: 'k', timestamp: 0 }

const parsed = (text: string): Parsed => ({
  event: { tenantId: 'acme' } as Parsed['event'],
  contentHash: '0'.repeat(64),
  bytes: text.length,
  document: plainDocument(text),
})

const run = async (text: string, policy: unknown) => {
  const stage = redactStage({ policy, keys: new Map() })
  return (await stage.create())(parsed(text), CONTEXT)
}

describe('the redact stage', () => {
  it('forwards the redacted document with places in its text, counts and the policy', async () => {
    const outcome = await run('Ask ann@example.org.', loadPolicyFile('default'))
    assert.ok(outcome.kind === 'forward')
    const [value] = outcome.values
    assert.equal(value!.document.text, 'Ask [EMAIL_ADDRESS].')
    assert.deepEqual(value!.findings, [
      {
        start: 4,
        end: 19,
        type: 'EMAIL_ADDRESS',
        score: 95,
        recogniser: 'email',
        sourceStart: 4,
        sourceEnd: 19,
      },
    ])
    assert.deepEqual(value!.redactions, { EMAIL_ADDRESS: 1 })
    assert.match(value!.policyVersion, /^default@1\+[0-9a-f]{12}$/)
    assert.equal(value!.event.tenantId, 'acme')
  })

  it('does not count what the policy keeps', async () => {
    const outcome = await run('Ask ann@example.org.', {
      version: 1,
      name: 'x',
      defaultOperator: 'keep',
    })
    assert.ok(outcome.kind === 'forward')
    assert.deepEqual(outcome.values[0]!.redactions, {})
  })

  it('blocks a document that is over the budget, without a word of it', async () => {
    const policy = { version: 1, name: 'x', budget: { characters: 5, findings: 5 } }
    assert.deepEqual(await run('ann@example.org', policy), {
      kind: 'dead-letter',
      failure: {
        disposition: 'PII_BLOCKED',
        code: 'pii-blocked',
        message: 'redact: not let through: characters-over-budget (more than 5 characters)',
      },
    })
  })

  it('is not made with a policy that is wrong, or that cannot be read', () => {
    const wrong = () => redactStage({ policy: { version: 1 }, keys: new Map() })
    assert.throws(wrong, (error) => error instanceof PolicyError && error.code === 'policy-invalid')
    const missing = () => loadPolicyFile('/nowhere/policy.json')
    assert.throws(
      missing,
      (error) => error instanceof PolicyError && error.code === 'policy-unreadable',
    )
  })
})
