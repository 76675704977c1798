import assert from 'node:assert/strict'
import examples from 'libphonenumber-js/examples.mobile.json'
import {
  getCountries,
  getExampleNumber,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max'
import { describe, it } from 'mocha'
import { detect } from '../../../processors/redact/redact.ts'
import { somePolicy } from './some-policy.ts'

const policy = somePolicy()

const numbers: readonly (readonly [CountryCode, PhoneNumber])[] = getCountries().flatMap(
  (region) => {
    const number = getExampleNumber(region, examples)
    return number ? [[region, number] as const] : []
  },
)

/** The whole of the number is found behind the words, and as a telephone number. */
const isFound = (before: string, number: string): boolean =>
  detect(`${before}${number} today`, policy).some(
    ({ type, start, end }) =>
      type === 'PHONE_NUMBER' && start <= before.length && end === before.length + number.length,
  )

const missed = (before: string, write: (number: PhoneNumber) => string): string[] =>
  numbers
    .filter(([, number]) => !isFound(before, write(number)))
    .map(([region, number]) => `${region} ${write(number)}`)

describe('telephone numbers of all regions', () => {
  it('are of at least 240 regions', () => assert.ok(numbers.length >= 240))

  it('are all found in international writing, with blanks or without', () => {
    assert.deepEqual(
      missed('I am at ', (number) => number.formatInternational()),
      [],
    )
    assert.deepEqual(
      missed('I am at ', (number) => number.number),
      [],
    )
  })

  for (const word of ['phone ', 'Tel.: ', 'mobile: ', 'телефон '])
    it(`are found in national writing behind "${word}", at least 98 of 100`, () => {
      const lost = missed(word, (number) => number.formatNational())
      assert.ok(lost.length <= 0.02 * numbers.length, lost.join(', '))
    })
})
