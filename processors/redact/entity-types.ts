/**
 * Every type of personal data that the built-in recognisers can find, with its default `minScore`.
 *
 * Names are those of Microsoft Presidio where it has one; national identifiers that it has no name for are
 * `NATIONAL_ID`, with the country in the recogniser's name. Scores: 95 and more means that a checksum or a numbering
 * plan confirmed the value; 50 and more that its form alone is telling or that a word beside it says what it is.
 */
export const ENTITY_TYPES = [
  'EMAIL_ADDRESS',
  'PHONE_NUMBER',
  'CREDIT_CARD',
  'IBAN_CODE',
  'US_SSN',
  'US_ITIN',
  'US_BANK_NUMBER',
  'BANK_CODE',
  'CARD_DETAIL',
  'IP_ADDRESS',
  'MAC_ADDRESS',
  'URL',
  'URL_CREDENTIALS',
  'SECRET',
  'CRYPTO',
  'DATE_OF_BIRTH',
  'DATE_TIME',
  'NATIONAL_ID',
  'PASSPORT',
  'DRIVER_LICENSE',
  'MEDICAL_ID',
  'VIN',
  'LICENSE_PLATE',
  'ADDRESS',
  'PERSON',
  'ORGANIZATION',
  'LOCATION',
  'THREAD_ID',
  'CUSTOM',
] as const

export type EntityType = (typeof ENTITY_TYPES)[number]

export const isEntityType = (name: string): name is EntityType =>
  (ENTITY_TYPES as readonly string[]).includes(name)
