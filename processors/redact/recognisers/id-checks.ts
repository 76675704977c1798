import { luhn } from './card.ts'

/** Checks of identifiers that stdnum does not have. All take the value without separators, in capitals. */
export type IdCheck = (value: string) => boolean

const digitAt = (value: string, at: number) => value.charCodeAt(at) - 48

const weighted = (value: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, at) => sum + weight * digitAt(value, at), 0)

/** British NHS number: weights 10 to 2, modulo 11. */
export const isNhs: IdCheck = (value) =>
  /^\d{10}$/.test(value) &&
  (11 - (weighted(value, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === digitAt(value, 9)

/** National Provider Identifier: Luhn behind the prefix of American health care, 80840. */
export const isNpi: IdCheck = (value) => /^[12]\d{9}$/.test(value) && luhn(`80840${value}`)

/** Medicare Beneficiary Identifier: no checksum, but a form of its own without the letters S, L, O, I, B and Z. */
export const isMbi: IdCheck = (value) =>
  /^[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d[AC-HJKMNP-RT-Y]{2}\d{2}$/.test(
    value,
  )

/** Registration of the Drug Enforcement Administration. */
export const isDea: IdCheck = (value) =>
  /^[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}$/.test(value) &&
  weighted(value.slice(2), [1, 2, 1, 2, 1, 2]) % 10 === digitAt(value, 8)

/** Australian Medicare card, with or without the number of the person on it. */
export const isMedicareAu: IdCheck = (value) =>
  /^[2-6]\d{9,10}$/.test(value) &&
  weighted(value, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === digitAt(value, 8)

/** German health insurance number: a letter as two digits, then alternating weights and cross sums. */
export const isKvnr: IdCheck = (value) => {
  if (!/^[A-Z]\d{9}$/.test(value)) return false
  const digits = String(value.charCodeAt(0) - 64).padStart(2, '0') + value.slice(1)
  let sum = 0
  for (let at = 0; at < 10; at++) {
    const product = digitAt(digits, at) * (at % 2 === 0 ? 1 : 2)
    sum += product > 9 ? product - 9 : product
  }
  return sum % 10 === digitAt(digits, 10)
}

/** Ontario health card: Luhn, and two letters of its version. */
export const isOhip: IdCheck = (value) =>
  /^\d{10}(?:[A-Z]{2})?$/.test(value) && luhn(value.slice(0, 10))

/** Japanese Individual Number: weights by position from the right, modulo 11. */
export const isMyNumber: IdCheck = (value) => {
  if (!/^\d{12}$/.test(value)) return false
  const rest = weighted(value, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
  return (rest <= 1 ? 0 : 11 - rest) === digitAt(value, 11)
}

/** Singaporean NRIC and FIN. */
export const isNric: IdCheck = (value) => {
  if (!/^[STFGM]\d{7}[A-Z]$/.test(value)) return false
  const letter = value.charAt(0)
  const offset = letter === 'T' || letter === 'G' ? 4 : letter === 'M' ? 3 : 0
  const rest = (weighted(value.slice(1), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11
  if (letter === 'M') return 'KLJNPQRTUWX'.charAt(10 - rest) === value.charAt(8)
  const letters = letter === 'S' || letter === 'T' ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK'
  return letters.charAt(rest) === value.charAt(8)
}

/** Emirates ID: 784, year of birth, Luhn. */
export const isEmiratesId: IdCheck = (value) => /^784(?:19|20)\d{10}$/.test(value) && luhn(value)

/** Kazakh individual number: birth date first, two rounds of weights modulo 11. */
export const isKazakhIin: IdCheck = (value) => {
  if (!/^\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[0-6]\d{5}$/.test(value)) return false
  const once = weighted(value, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11
  const rest = once < 10 ? once : weighted(value, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11
  return rest < 10 && rest === digitAt(value, 11)
}

/** Saudi national and residence number: Luhn. */
export const isSaudiId: IdCheck = (value) => /^[12]\d{9}$/.test(value) && luhn(value)

/** Iranian national code: weights 10 to 2, modulo 11. */
export const isIranianCode: IdCheck = (value) => {
  if (!/^\d{10}$/.test(value) || /^(\d)\1*$/.test(value)) return false
  const rest = weighted(value, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11
  return (rest < 2 ? rest : 11 - rest) === digitAt(value, 9)
}

/** No checksum: only the form, behind its own words. */
export const isSriLankanNic: IdCheck = (value) => /^(?:\d{9}[VX]|(?:19|20)\d{10})$/.test(value)
export const isNigerianNin: IdCheck = (value) => /^\d{11}$/.test(value)
export const isEgyptianId: IdCheck = (value) =>
  /^[23]\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{7}$/.test(value)
export const isPhilippineId: IdCheck = (value) => /^\d{12}(?:\d{4})?$/.test(value)

/** Province, then the day, month and year of birth; a woman's day has 40 added. No checksum. */
export const isIndonesianId: IdCheck = (value) =>
  /^[1-9]\d{5}(?:[04][1-9]|[1256]\d|[37][01])(?:0[1-9]|1[0-2])\d{2}(?!0000)\d{4}$/.test(value)
/** Letters of the name and a date. The last digit is a check that many numbers were given without. */
export const isMexicanTaxId: IdCheck = (value) =>
  /^[A-ZÑ&]{3,4}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[A-Z\d]{2}[A\d]$/.test(value)

const VIN_VALUES = '0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ'
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]

export const isVinForm: IdCheck = (value) =>
  /^(?=.{0,16}\d)(?=.{0,16}[A-Z])[A-HJ-NPR-Z\d]{13}\d{4}$/.test(value)

/** North American vehicles have a check digit in the ninth place. */
export const isVin: IdCheck = (value) => {
  if (!isVinForm(value)) return false
  let sum = 0
  for (let at = 0; at < 17; at++)
    sum += (VIN_VALUES.indexOf(value.charAt(at)) % 10) * VIN_WEIGHTS[at]!
  return (sum % 11 === 10 ? 'X' : String(sum % 11)) === value.charAt(8)
}
