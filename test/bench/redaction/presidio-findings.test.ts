import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { foundBy, type PresidioFinding } from '../../../bench/redaction/presidio-findings.ts'

describe('the findings of Presidio', () => {
  const text = '🙂 write to a@b.example or call'

  it('are counted in code points by Presidio and in UTF-16 units by us', () => {
    const [found] = foundBy(text, [['EMAIL_ADDRESS', 11, 22, 1]], 0)
    assert.equal(text.slice(found!.start, found!.end), 'a@b.example')
  })

  it('leave out a link inside an address, as the longer one stays', () => {
    const findings: PresidioFinding[] = [
      ['URL', 13, 22, 0.5],
      ['EMAIL_ADDRESS', 11, 22, 1],
    ]
    assert.deepEqual(
      foundBy(text, findings, 0).map(({ type }) => type),
      ['EMAIL_ADDRESS'],
    )
  })

  it('keep of two at one place that with the higher score', () => {
    const findings: PresidioFinding[] = [
      ['PHONE_NUMBER', 0, 9, 0.4],
      ['US_SSN', 0, 9, 0.5],
    ]
    assert.deepEqual(
      foundBy('123456789', findings, 0).map(({ type }) => type),
      ['US_SSN'],
    )
  })

  it('are left out below the score that is asked for, and of types that are not scored', () => {
    const findings: PresidioFinding[] = [
      ['US_SSN', 0, 9, 0.05],
      ['US_DRIVER_LICENSE', 0, 9, 0.9],
    ]
    assert.deepEqual(foundBy('123456789', findings, 0.4), [])
  })
})
