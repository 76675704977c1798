import assert from 'node:assert/strict'
import fc from 'fast-check'
import examples from 'libphonenumber-js/mobile/examples'
import {
  type CountryCode,
  getExampleNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max'
import { describe, it } from 'mocha'
import { PLANS } from '../../../processors/redact/recognisers/phone-plan.ts'
import { detect } from '../../../processors/redact/redact.ts'
import { somePolicy } from './some-policy.ts'

const policy = somePolicy()

const exampleOf = (region: string) => {
  const number = getExampleNumber(region as CountryCode, examples)
  if (!number) throw new Error(`no example for ${region}`)
  return number
}

const regions = [...PLANS.keys()].filter((region) => region in examples)

const isWholePhone = (text: string, from = 0) =>
  detect(text, policy).some(
    ({ type, start, end }) =>
      type === 'PHONE_NUMBER' && start <= from && end >= text.trimEnd().length,
  )

describe('the numbering plans', () => {
  it('cover all regions of the library', () => {
    assert.ok(regions.length >= 240, String(regions.length))
  })

  it('agree with the library on what is valid, for numbers near real ones of every region', () => {
    const digit = fc.integer({ min: 0, max: 9 })
    fc.assert(
      fc.property(
        fc.constantFrom(...regions),
        fc.array(fc.tuple(fc.nat(12), digit), { maxLength: 3 }),
        fc.boolean(),
        (region, edits, shorter) => {
          const plan = PLANS.get(region)!
          let national = String(exampleOf(region).nationalNumber)
          for (const [at, value] of edits)
            national = national.slice(0, at) + value + national.slice(at + 1)
          if (shorter) national = national.slice(0, -1)
          const parsed = parsePhoneNumberFromString(national, region as CountryCode)
          const expected = parsed?.country === region && parsed.isValid()
          if (expected && String(parsed.nationalNumber) === national)
            assert.ok(plan.valid(national), `${region} ${national}`)
          if (plan.valid(national)) {
            const international = parsePhoneNumberFromString(`+${plan.callingCode}${national}`)
            assert.ok(
              !international ||
                international.nationalNumber !== national ||
                international.isValid(),
              `${region} ${national}`,
            )
          }
        },
      ),
      { numRuns: 3000, seed: 1 },
    )
  })

  it('finds the example number of every region in international writing, whole', () => {
    const missed = regions.filter((region) => {
      const number = exampleOf(region)
      return ![number.formatInternational(), number.number].every((text) => isWholePhone(text))
    })
    assert.deepEqual(missed, [])
  })

  // Numbers of four and five digits (islands with a few thousand people) are told from other numbers by no word.
  it('finds the example number of every region in national writing behind a word, whole', () => {
    const missed = regions.filter((region) => {
      if (String(exampleOf(region).nationalNumber).length < 6) return false
      const text = `Phone: ${exampleOf(region).formatNational()}`
      return !isWholePhone(text, 7)
    })
    assert.deepEqual(missed, [])
  })
})
