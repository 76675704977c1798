import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { apply, detect } from '../../../processors/redact/redact.ts'
import { NO_SECRETS } from '../../../processors/redact/operators.ts'
import { readPolicy } from '../../../processors/redact/policy.ts'
import { CASES } from './cases.ts'

const reading = readPolicy({ version: 1, name: 'test' })
if (!reading.ok) throw new Error('the test policy is wrong')
const { policy } = reading

const redacted = (text: string) => apply(text, detect(text, policy), policy, NO_SECRETS).text

describe('the redactor', () => {
  for (const { name, text, hidden = [], kept = [], type } of CASES) {
    it(name, () => {
      const result = redacted(text)
      for (const value of hidden)
        assert.ok(!result.includes(value), `${value} survived in ${result}`)
      for (const value of kept) assert.ok(result.includes(value), `${value} is gone from ${result}`)
      if (type)
        assert.ok(
          detect(text, policy).some((finding) => finding.type === type),
          result,
        )
    })
  }

  for (const { name, text } of CASES) {
    it(`changes nothing when run again, ${name}`, () => {
      const once = redacted(text)
      assert.equal(redacted(once), once)
    })
  }
})
