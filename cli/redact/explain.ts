import type { Evidence } from '../../processors/redact/apply.ts'

/** Why each recogniser believes what it found, by the part of its name before the slash, or by all of it. */
const REASONS: Readonly<Record<string, string>> = {
  email: 'an address as mail writes it',
  'email/spelled': 'an address with "at" and "dot" written out',
  'phone/international': 'a number of a country, by its numbering plan',
  'phone/national': 'a number of a numbering plan, and a word beside it',
  'phone/labelled': 'a word beside it says that it is a telephone number',
  phone: 'a number in the writing of one of the regions',
  card: 'digits of a card issuer, and the Luhn check',
  'card/security-code': 'a word before it says that it is a card’s code',
  'card/expiry': 'a month and year, and a card beside it',
  iban: 'length of the country, and modulo 97',
  'us-id': 'the form of the number',
  'us-id/context': 'the form of the number, and a word beside it',
  bank: 'a word beside it says that it is of a bank',
  ip: 'an address of a host',
  mac: 'an address of a network card',
  url: 'a link',
  'url/credentials': 'user, password or token inside a link',
  secret: 'the first letters of a provider’s key, and its length',
  'secret/assigned': 'it stands behind the name of a password or key',
  crypto: 'the checksum or form of a wallet',
  date: 'a date',
  'date/birth': 'a date, and a word of birth beside it',
  'national-id': 'the form and check of an identifier',
  medical: 'the form and check of a medical identifier',
  'medical/record': 'a word before it says that it is a record number',
  passport: 'a word beside it says that it is a passport',
  licence: 'words beside it say that it is a driving licence',
  vin: 'seventeen characters and their check digit',
  'vin/context': 'seventeen characters, and a word beside them',
  plate: 'a word before it says that it is a number plate',
  name: 'weak: a word beside it says that it is a name',
  address: 'weak: written as addresses are',
  participant: 'who takes part in the document',
  speaker: 'who speaks here',
  ner: 'a model takes it for a name',
  'deny-list': 'the list of the policy',
  custom: 'a pattern of the policy',
  repeat: 'the same value was found elsewhere in the text',
  field: 'the field says what it holds',
}

/** Why a finding is one, for people. */
export const reasonOf = ({ recogniser, score }: Pick<Evidence, 'recogniser' | 'score'>): string =>
  REASONS[recogniser] ??
  REASONS[recogniser.split('/', 1)[0]!] ??
  (score >= 95 ? 'confirmed' : 'by its form')
