import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { apply, detect } from '../../../processors/redact/redact.ts'
import { canonicalValue } from '../../../processors/redact/canonical-value.ts'
import type { Policy } from '../../../processors/redact/policy.ts'
import { POLICIES, SECRETS, someText } from './random-texts.ts'

const run = (text: string, policy: Policy) => apply(text, detect(text, policy), policy, SECRETS)

describe('for any text, redaction', () => {
  for (const [name, policy] of Object.entries(POLICIES)) {
    it(`changes nothing when it is run again (${name})`, () => {
      fc.assert(
        fc.property(someText, (text) => {
          const once = run(text, policy).text
          assert.equal(run(once, policy).text, once)
        }),
        { numRuns: 400, seed: 1 },
      )
    })
  }

  it('gives findings that are sorted, apart and inside the text', () => {
    fc.assert(
      fc.property(someText, (text) => {
        let reach = 0
        for (const { start, end, score } of detect(text, POLICIES['everything']!)) {
          assert.ok(start >= reach && end > start && end <= text.length)
          assert.ok(Number.isInteger(score) && score > 0 && score <= 100)
          reach = end
        }
      }),
      { numRuns: 500, seed: 1 },
    )
  })

  it('leaves every character outside the findings as it was, and maps offsets both ways', () => {
    fc.assert(
      fc.property(someText, (text) => {
        const policy = POLICIES['numbered']!
        const findings = detect(text, policy)
        const { text: redacted, map } = apply(text, findings, policy, SECRETS)
        let done = 0
        for (const { start, end } of [...findings, { start: text.length, end: text.length }]) {
          const from = map.toRedacted(done)
          assert.equal(redacted.slice(from, from + start - done), text.slice(done, start))
          for (let at = done; at < start; at++) assert.equal(map.toOriginal(map.toRedacted(at)), at)
          done = end
        }
        assert.equal(map.toRedacted(text.length), redacted.length)
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  it('leaves no value of some length that it found anywhere in the text', () => {
    fc.assert(
      fc.property(someText, (text) => {
        const policy = POLICIES['replace']!
        const findings = detect(text, policy)
        const redacted = apply(text, findings, policy, SECRETS).text
        for (const { start, end } of findings) {
          const value = text.slice(start, end)
          if (value.length >= 8) assert.ok(!redacted.includes(value), JSON.stringify(value))
        }
      }),
      { numRuns: 500, seed: 1 },
    )
  })

  it('gives equal values equal pseudonyms however they are written', () => {
    const written = [
      'Ann@Example.org',
      'ann @ example.org',
      'ann [at] example [dot] org',
      'ann&#64;example.org',
      'ａｎｎ＠ｅｘａｍｐｌｅ．ｏｒｇ',
    ]
    const forms = new Set(written.map((value) => canonicalValue('EMAIL_ADDRESS', value)))
    assert.deepEqual([...forms], ['ann@example.org'])
    const policy = POLICIES['pseudonymise']!
    assert.equal(new Set(written.map((value) => run(value, policy).text)).size, 1)
  })

  it('carries no value in its evidence', () => {
    fc.assert(
      fc.property(someText, (text) => {
        const { report } = run(text, POLICIES['hash']!)
        for (const evidence of report) {
          const names = ['start', 'end', 'type', 'score', 'recogniser', 'operator', 'keyId']
          assert.deepEqual(
            Object.keys(evidence).filter((key) => !names.includes(key)),
            [],
          )
        }
      }),
      { numRuns: 100, seed: 1 },
    )
  })
})
