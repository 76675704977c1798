import { eastAsianName } from './east-asian-name.ts'
import { viewOf } from './view.ts'

const NUMERIC: ReadonlySet<string> = new Set(['CREDIT_CARD', 'US_SSN', 'US_ITIN', 'US_BANK_NUMBER'])
const CODES: ReadonlySet<string> = new Set([
  'IBAN_CODE',
  'NATIONAL_ID',
  'PASSPORT',
  'DRIVER_LICENSE',
  'MAC_ADDRESS',
])
/** Case carries meaning: two secrets that differ in it are two secrets. */
const EXACT: ReadonlySet<string> = new Set(['SECRET', 'URL_CREDENTIALS', 'CRYPTO', 'THREAD_ID'])

const SPELLED_AT =
  /\s*[[({<]\s*(?:at|arobase|arobas|arroba|chiocciola|ät|chez|@)\s*[\])}>]\s*|%40|\s+(?:at|arroba|@)\s+/giu
const SPELLED_DOT =
  /\s*[[({<]\s*(?:dot|punto|punkt|point|ponto|\.)\s*[\])}>]\s*|\s+(?:dot|punto|punkt|point|ponto)\s+|\s*\.\s*/giu

const phone = (value: string): string => {
  const digits = value.replace(/\(0\)/, '').replace(/\D/g, '')
  return /^\(?\+/.test(value) ? `+${digits}` : digits
}

/** One form for all the ways a value may be written, so that equal values get equal pseudonyms. Never leaves the process. */
export const canonicalValue = (type: string, written: string): string => {
  const value = viewOf(written).text.normalize('NFC').trim()
  if (EXACT.has(type)) return value
  if (type === 'PHONE_NUMBER') return phone(value)
  if (type === 'EMAIL_ADDRESS')
    return value.replace(SPELLED_AT, '@').replace(SPELLED_DOT, '.').toLowerCase()
  if (NUMERIC.has(type)) return value.replace(/\D/g, '')
  if (CODES.has(type)) return value.replace(/[^\p{L}\d]/gu, '').toUpperCase()
  const plain = value.toLowerCase().replace(/\s+/g, ' ')
  if (type !== 'PERSON') return plain
  // `Example, Ada` is Ada Example.
  return eastAsianName(plain) ?? plain.replace(/^([^,]+), ?([^,]+)$/, '$2 $1')
}
